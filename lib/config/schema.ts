import { z } from 'zod';
import { alarms } from './alarms-schema';
import { automationSections } from './automation-schema';
import { detection } from './detection-schema';
import { notifications } from './notifications-schema';
import { feeds } from './feeds-schema';
import { forwarding } from './forwarding-schema';
import { provisioning } from './provisioning-schema';
import { webAcl } from './web-acl-schema';
import { cidr, duration, numberRange, port, resourceId, uniqueList } from './fields';

/** RFC 3261 section 19.1.2: 5060 for SIP over UDP and TCP, 5061 for SIP over TLS. */
const SIP_PORTS = [5060, 5061];

/** The voice provider this was first built for; others set their own. */
const DEFAULT_PROXY_RANGE = '103.55.116.0/24';

const account = z
  .string()
  .regex(/^\d{12}$/, {
    message: 'is not an AWS account: write its 12 digits in quotes, such as "111111111111"',
  })
  .describe('AWS account to deploy to. Without it, the account of the credentials in use.');

const region = z
  .string()
  .regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, {
    message: 'is not an AWS Region: write a code such as "ap-southeast-2"',
  })
  .describe('AWS Region to deploy to. Without it, the Region of the credentials in use.');

const adoptedVpc = z.strictObject({
  id: resourceId('vpc').describe('VPC that exists already. Nothing of it is changed.'),
  cidrs: uniqueList(cidr)
    .min(1)
    .describe(
      'All CIDRs of the VPC, IPv4 and IPv6. They are our own addresses: protected, and never banned.',
    ),
});

const createdVpc = z.strictObject({
  create: cidr.describe('IPv4 CIDR of a VPC to create, /16 to /24, with a public voice subnet in two zones.'),
  ipv6: z
    .boolean()
    .default(true)
    .describe('Whether it has IPv6 as well: a /56 that AWS gives, and a /64 of it in each subnet.'),
});

const sip = z.strictObject({
  ports: uniqueList(port)
    .min(1)
    .default(SIP_PORTS)
    .describe('Ports that carry SIP signalling, each over UDP and TCP.'),
  alternativePort: port
    .optional()
    .describe(
      'Port that SIP moves to, in place of the first of `sip.ports`. The old port stays closed and becomes a tripwire: who knocks there leaves evidence.',
    ),
  rtp: numberRange('ports', 1, 65535, '10000-20000')
    .prefault('10000-20000')
    .describe('UDP ports that carry media.'),
});

/** Numbers of network ACL rules: AWS allows 1–32766 (VPC user guide, *Network ACL rules*). */
const RULE_NUMBER = { lowest: 1, highest: 32766 };

/** AWS: 20 rules per direction and family by default, 40 at most (*Amazon VPC quotas*). */
const QUOTA = { usual: 20, highest: 40 };

const slotCount = z
  .int()
  .min(0)
  .max(QUOTA.highest - 1);

const networkAcl = z.strictObject({
  ids: uniqueList(resourceId('acl'))
    .min(1)
    .optional()
    .describe(
      'Network ACLs of the voice subnets in an adopted VPC. In a VPC that Ringfence creates, it creates the ACL too.',
    ),
  quota: z
    .int()
    .min(1)
    .max(QUOTA.highest)
    .default(QUOTA.usual)
    .describe(
      'Rules per direction and family that AWS allows in an ACL of this account, its quota "Rules per network ACL".',
    ),
  firstAllowRule: z
    .int()
    .min(RULE_NUMBER.lowest + 1)
    // A created ACL needs the next number as well: one allow rule for each family.
    .max(RULE_NUMBER.highest - 1)
    .default(100)
    .describe('Lowest rule number that allows inbound traffic. Owned rules must come before it.'),
  otherIngressRules: z
    .int()
    .min(0)
    .max(QUOTA.highest - 1)
    .default(1)
    .describe('Inbound rules of one family that the ACL holds besides ours, without the final deny.'),
  ruleNumbers: numberRange('rule numbers', RULE_NUMBER.lowest, RULE_NUMBER.highest, '1-50')
    .prefault('1-50')
    .describe(
      'Rule numbers that Ringfence owns in each ACL. Both families share them. Nobody else may use them.',
    ),
  slots: z
    .strictObject({
      ipv4: slotCount
        .optional()
        .describe('Most IPv4 deny entries. Without it, what quota and numbers leave.'),
      ipv6: slotCount
        .optional()
        .describe('Most IPv6 deny entries. Without it, what quota and numbers leave.'),
    })
    .prefault({}),
});

const ban = z.strictObject({
  first: duration.default('1h').describe('Length of the first ban of a source.'),
  factor: z
    .number()
    .min(1)
    .max(100)
    .default(4)
    .describe('Each further ban is this many times longer than the one before.'),
  max: duration.default('30d').describe('Longest ban.'),
  maxNewPerHour: z
    .int()
    .min(1)
    .default(200)
    .describe(
      'New automatic bans an hour beyond which further ones are recorded but not enforced, and an alarm fires.',
    ),
});

/** One environment of `cdk.json`, as it is written. Every object is strict: a key nobody reads is a mistake. */
export const environmentSchema = z.strictObject({
  account: account.optional(),
  region: region.optional(),
  vpc: z
    .union([adoptedVpc, createdVpc], {
      error:
        'is missing: add { "id": …, "cidrs": [ … ] } of the VPC to protect, or { "create": "10.20.0.0/16" }',
    })
    .describe('The protected VPC: one that exists, or one to create.'),
  voiceSubnets: uniqueList(resourceId('subnet'))
    .default([])
    .describe('Subnets of the voice servers in an adopted VPC.'),
  voiceProxyRanges: uniqueList(cidr)
    .default([DEFAULT_PROXY_RANGE])
    .describe("Addresses of the voice provider's proxies: admitted, and never banned."),
  sip: sip.prefault({}),
  exposure: z
    .enum(['proxy-only', 'open'])
    .default('proxy-only')
    .describe(
      '`proxy-only` admits SIP from the proxy ranges alone; `open` admits it from anywhere, for roaming phones, and leaves it to detection to find who probes.',
    ),
  allowlist: uniqueList(cidr)
    .default([])
    .describe('Further CIDRs that are never banned: offices, carriers, monitors.'),
  mode: z
    .enum(['observe', 'enforce'])
    .default('observe')
    .describe(
      '`observe` decides and records bans but changes no network ACL and no IP set; `enforce` does both.',
    ),
  networkAcl: networkAcl.prefault({}),
  ban: ban.prefault({}),
  ...automationSections,
  forwarding: forwarding
    .optional()
    .describe('A Network Load Balancer that forwards signalling to voice servers. Without it, none.'),
  webAcl: webAcl
    .optional()
    .describe(
      'A web ACL that keeps banned sources out of web portals and phone provisioning too. Without it, none; WAF cannot block SIP.',
    ),
  detection: detection
    .optional()
    .describe(
      'Rules of detection to switch off or tune. Without it, the defaults: docs/detection.md says how they were found.',
    ),
  feeds: feeds.describe(
    "Feeds of others' bans, read by a function once an hour where they are due: docs/feeds.md. Without any, there is no such function.",
  ),
  provisioning: provisioning
    .optional()
    .describe(
      "Phones' files and the list of bans over HTTPS, behind a web ACL with the bans: docs/provisioning.md. Without it, none.",
    ),
  mediaRanges: uniqueList(cidr)
    .default([])
    .describe(
      'Addresses that send media besides the proxy ranges: admitted to the media ports, and never banned.',
    ),
  protect: z
    .boolean()
    .default(true)
    .describe(
      'Termination and deletion protection of what holds state. Set it to `false` only to remove an environment.',
    ),
  alarms: alarms.prefault({}),
  notifications: notifications
    .prefault({})
    .describe(
      'Messages to the alarm topic about bans and about what needs a person, in few mails, and a daily digest. Alarms come besides, at once.',
    ),
});

/** An environment after the schema: defaults filled in, ranges parsed, CIDRs canonical. */
export type ParsedEnvironment = z.output<typeof environmentSchema>;

/** An environment as it is written: what has a default may be left out. */
export type EnvironmentInput = z.input<typeof environmentSchema>;
