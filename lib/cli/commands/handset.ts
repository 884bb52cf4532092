import { Command, Option } from 'commander';
import type { CheckFlags, HandsetFlags } from '../handset/command';
import type { CliIo } from '../support/cli-io';

const VENDOR_NAMES = {
  yealink: 'Yealink',
  snom: 'Snom',
  grandstream: 'Grandstream',
  poly: 'Poly (Polycom)',
  fanvil: 'Fanvil',
} as const;

const EXAMPLE = `
Example:
  ringfence handset check common.cfg 001565aabbcc.cfg`;

/** `handset`: provisioning files that stop ghost calls at the phone, and a check of those that exist. */
export function handsetCommand(io: CliIo): Command {
  const command = new Command('handset')
    .description("write phones' settings that stop ghost calls, or check a provisioning file for them")
    .addHelpText('after', EXAMPLE);
  for (const vendor of Object.keys(VENDOR_NAMES) as (keyof typeof VENDOR_NAMES)[])
    command.addCommand(vendorCommand(vendor, io));
  return command.addCommand(checkCommand(io));
}

function vendorCommand(vendor: keyof typeof VENDOR_NAMES, io: CliIo): Command {
  return new Command(vendor)
    .description(`write provisioning files for ${VENDOR_NAMES[vendor]} phones`)
    .option('--account <n>', 'the account (line) of the phone', '1')
    .option('--sip-port <port>', 'port on which the phone listens for SIP (default: its own, usually 5060)')
    .option('--firmware-url <url>', 'where the phone finds its firmware')
    .option('--proxy <host>', 'outbound proxy, a host name or an address')
    .option('--mac <address>', 'write the file of this phone beside the common one')
    .option('--output <folder>', 'write the files there instead of on standard output')
    .option('--json', 'print one JSON document')
    .addHelpText('after', `\nExample:\n  ringfence handset ${vendor} --sip-port 5160 --output provisioning`)
    .action(async (flags: HandsetFlags) => {
      const { runHandset } = await import('../handset/command');
      await runHandset(vendor, flags, io);
    });
}

function checkCommand(io: CliIo): Command {
  return new Command('check')
    .description('say what provisioning files lack; exits with 1 where anything required is missing or wrong')
    .argument('<files...>', 'the files of one phone, in the order it reads them; - for standard input')
    .addOption(new Option('--vendor <name>', 'read it as the file of').choices(Object.keys(VENDOR_NAMES)))
    .option('--account <n>', 'check this account only (default: all that the file sets up)')
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nExample:\n  ringfence handset check common.cfg 001565aabbcc.cfg')
    .action(async (files: string[], flags: CheckFlags) => {
      const { runHandsetCheck } = await import('../handset/command');
      await runHandsetCheck(files, flags, io);
    });
}
