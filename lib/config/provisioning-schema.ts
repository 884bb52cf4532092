import { z } from 'zod';
import { checkHandsetOptions, HandsetError } from '../../lambda/handset/options';
import { VENDORS, type VendorId } from '../../lambda/handset';
import { port, secretArn, uniqueList } from './fields';

const firmwareUrl = (phones: string) =>
  z
    .string()
    .meta({ form: 'URL' })
    .optional()
    .describe(`Where ${phones} phones find their firmware: a URL, also of a bucket.`);

const settings = z.strictObject({
  phoneSecrets: uniqueList(secretArn)
    .max(20)
    .default([])
    .describe(
      'ARNs of the Secrets Manager secrets with phones, their passwords and accounts: docs/provisioning.md. One holds 64 KB, about 300 phones.',
    ),
  listSecret: secretArn
    .optional()
    .describe('ARN of the secret with those who may read the published list, by name and password.'),
  sipPort: port.optional().describe('Port that the phones listen on for SIP. Without it, their own.'),
  proxy: z
    .string()
    .optional()
    .describe('Outbound proxy of the phones, a host name or an address. Without it, none is written.'),
  firmware: z
    .strictObject({
      yealink: firmwareUrl('Yealink'),
      snom: firmwareUrl('Snom'),
      grandstream: firmwareUrl('Grandstream'),
      poly: firmwareUrl('Poly'),
      fanvil: firmwareUrl('Fanvil'),
    })
    .optional()
    .describe('Firmware by vendor.'),
  requestsPer5Minutes: z
    .int()
    .min(10)
    .max(2_000_000_000)
    .default(100)
    .describe(
      'Requests of one address within five minutes beyond which it is blocked for a while: a site with many phones behind one address needs more.',
    ),
  apiGatewayRole: z
    .boolean()
    .default(true)
    .describe(
      'Whether to give API Gateway its role for logs, of which an account has one in each Region. `false` where it has one.',
    ),
});

/** Phones' files and the published list over HTTPS. */
export const provisioning = settings.superRefine((input, context) => {
  if (input.phoneSecrets.length === 0 && input.listSecret === undefined)
    context.addIssue({
      code: 'custom',
      message: 'serves nobody: name phoneSecrets or listSecret, or leave the key out',
    });
  for (const vendor of Object.keys(VENDORS) as VendorId[]) {
    const { sipPort, proxy, firmware } = input;
    const url = firmware?.[vendor];
    try {
      checkHandsetOptions(
        {
          account: 1,
          ...(sipPort !== undefined && { sipPort }),
          ...(proxy !== undefined && { proxy }),
          ...(url !== undefined && { firmwareUrl: url }),
        },
        VENDORS[vendor],
      );
    } catch (error) {
      if (!(error instanceof HandsetError)) throw error;
      context.addIssue({
        code: 'custom',
        message: `cannot be written into a phone's file: ${error.message}`,
      });
      return;
    }
  }
});
