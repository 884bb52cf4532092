import { Command, Option } from 'commander';
import type { CliIo } from '../support/cli-io';
import type { ReplayFlags } from '../replay/setup';

const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];

const EXAMPLE = `
Example:
  ringfence replay flow-logs/*.log.gz --vpc-cidr 10.20.0.0/16 --proxy-range 103.55.116.0/24`;

/** `replay`: what Ringfence would have done on recorded flow logs, changing nothing. */
export function replayCommand(io: CliIo): Command {
  return new Command('replay')
    .description('run recorded flow logs through detection, ban policy and filter set, changing nothing')
    .argument(
      '[paths...]',
      'flow logs: files or s3://BUCKET/PREFIX, text, gzip or Parquet; - for standard input',
    )
    .option('--env <name>', 'take addresses, ports, slots and ban policy from an environment of cdk.json')
    .option('--vpc-cidr <cidr>', 'addresses that are yours (repeatable)', collect)
    .option('--proxy-range <cidr>', "your voice provider's addresses (repeatable)", collect)
    .option('--allow <cidr>', 'never ban these (repeatable)', collect)
    .option('--sip-port <port>', 'port on which you serve SIP (repeatable; default 5060 and 5061)', collect)
    .option('--rtp <first-last>', 'RTP ports (default 10000-20000)')
    .addOption(new Option('--exposure <kind>', 'who may reach the SIP ports').choices(['proxy-only', 'open']))
    .option('--slots <n>', 'deny entries per family that the network ACL has room for (default 18)')
    .option('--pbx-log <file>', 'read a PBX log as well, or alone (repeatable; text or gzip)', collect)
    .option('--pbx-dialect <name>', 'whose log that is: asterisk, asterisk-messages, freeswitch, kamailio')
    .option('--pbx-utc-offset <+hh:mm>', "the PBX's clock, where its log does not say it (default +00:00)")
    .option('--format <fields>', 'the fields of a log without header line, in order')
    .option('--labels <file>', 'score the bans against known labels')
    .option('--report <file.html>', 'write a report to look at')
    .option('--threads <n>', 'read that many inputs at a time (default: as many as there are cores)')
    .option('--endpoint-url <url>', 'send every AWS call there: an emulator')
    .option('--region <name>', 'AWS Region of the bucket (default: as for the AWS CLI)')
    .option('--profile <name>', 'AWS profile (default: as for the AWS CLI)')
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLE)
    .action(async (paths: string[], flags: ReplayFlags) => {
      const { runReplayCommand } = await import('../replay/command');
      await runReplayCommand(paths, flags, io);
    });
}
