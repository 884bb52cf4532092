import { ADOPTED, CREATED, problemsOf } from './support';

type Case = readonly [what: string, change: Readonly<Record<string, unknown>>, message: string];

const acl = (change: Readonly<Record<string, unknown>>) => ({
  networkAcl: { ...ADOPTED.networkAcl, ...change },
});

/** Each message names environment, key, value, bound or form, and the remedy. */
const CASES: readonly Case[] = [
  [
    'provisioning that serves nobody',
    { provisioning: {} },
    'prod: provisioning = {} serves nobody: name phoneSecrets or listSecret, or leave the key out',
  ],
  [
    'a secret that is not named whole',
    { provisioning: { listSecret: 'ringfence/readers' } },
    'prod: provisioning.listSecret = "ringfence/readers" is not the ARN of a secret: write it whole',
  ],
  [
    'an unknown key of a feed',
    { feeds: [{ name: 'voipbl', evry: '1h' }] },
    'prod: feeds[0].evry is not a key that Ringfence knows: did you mean "every"?',
  ],
  [
    'a feed over plain HTTP',
    { feeds: [{ name: 'x', url: 'http://lists.example.com/x' }] },
    'prod: feeds[0] = {"name":"x","url":"http://lists.example.com/x"} cannot be read: feed x cannot be read from http://lists.example.com/x: write an https:// URL; anybody on the way could change a list over http://',
  ],
  ['a feed from nowhere', { feeds: [{ name: 'x' }] }, 'prod: feeds[0].url is missing: add it'],
  [
    'a feed twice',
    { feeds: [{ name: 'voipbl' }, { name: 'voipbl' }] },
    'prod: feeds[1].name = "voipbl" stands in the list twice: give one another name',
  ],
  [
    'an unknown key',
    { voiceProxyRange: [] },
    'prod: voiceProxyRange is not a key that Ringfence knows: did you mean "voiceProxyRanges"?',
  ],
  [
    'an unknown key inside a section',
    { sip: { prots: [5060] } },
    'prod: sip.prots is not a key that Ringfence knows: did you mean "ports"?',
  ],
  [
    'an unknown key near nothing',
    { sip: { x: 1 } },
    'prod: sip.x is not a key that Ringfence knows: choose one of "ports", "alternativePort", "rtp"',
  ],
  [
    'an unknown key of an adopted VPC',
    { vpc: { ...ADOPTED.vpc, cidr: '10.0.0.0/8' } },
    'prod: vpc.cidr is not a key that Ringfence knows: did you mean "cidrs"?',
  ],
  [
    'an unknown key of a flow log',
    { flowLogs: { aggregation: 60 } },
    'prod: flowLogs.aggregation is not a key that Ringfence knows: did you mean "aggregationSeconds"?',
  ],
  [
    'an unknown key of a flow log in S3',
    { flowLogs: { destination: 's3', fileFromat: 'parquet' } },
    'prod: flowLogs.fileFromat is not a key that Ringfence knows: did you mean "fileFormat"?',
  ],
  [
    'a flow log to nowhere',
    { flowLogs: { destination: 'kinesis' } },
    'prod: flowLogs.destination = "kinesis" is not a choice: write "cloudwatch" or "s3"',
  ],
  [
    'a file format that is none',
    { flowLogs: { destination: 's3', fileFormat: 'csv' } },
    'prod: flowLogs.fileFormat = "csv" is not a choice: write "text" or "parquet"',
  ],
  [
    'files kept for longer than ten years',
    { flowLogs: { destination: 's3', retentionDays: 4000 } },
    'prod: flowLogs.retentionDays = 4000 is above the bound: write a number that is at most 3650',
  ],
  [
    'a retention that CloudWatch Logs does not offer',
    { flowLogs: { destination: 'cloudwatch', retentionDays: 31 } },
    'prod: flowLogs.retentionDays = 31 is not a choice: write 1 or 3 or 5 or 7 or 14 or 30 or 60 or 90 or 120 or 150 or 180 or 365 or 400 or 545 or 731 or 1096 or 1827 or 2192 or 2557 or 2922 or 3288 or 3653',
  ],
  [
    'a bucket that is none',
    { flowLogs: { existingBucket: 'My_Bucket' } },
    'prod: flowLogs.existingBucket = "My_Bucket" is not the name of a bucket: write 3 to 63 lower-case letters, digits, dots and hyphens',
  ],
  [
    'a key that is an alias',
    { flowLogs: { existingBucket: 'central-logs', keyArn: 'alias/logs' } },
    'prod: flowLogs.keyArn = "alias/logs" is not the ARN of a key: write arn:aws:kms:<region>:<account>:key/<id>',
  ],
  [
    'too few executions for flow logs in S3',
    { flowLogs: { destination: 's3' }, functions: { detect: { reservedConcurrency: 2 } } },
    'prod: functions.detect.reservedConcurrency = 2 is too few for flow logs in S3: the queue takes 2 executions at least and the tick one; write at least 3, or "unreserved"',
  ],
  [
    'silence shorter than delivery to S3',
    { flowLogs: { destination: 's3' }, alarms: { silenceMinutes: 10 } },
    'prod: alarms.silenceMinutes = 10 is below the 11 minutes that a record may take (flowLogs.aggregationSeconds 60 and 10 minutes of delivery): write at least 15',
  ],
  [
    'a web ACL of nothing',
    { webAcl: {} },
    'prod: webAcl = {"associations":[],"cloudFront":false,"requestsPer5Minutes":2000} protects nothing: name a load balancer or REST API in webAcl.associations, set webAcl.cloudFront to true, or leave the key out',
  ],
  [
    'CloudFront without a Region',
    { webAcl: { cloudFront: true }, region: undefined },
    'prod: webAcl.cloudFront = true needs a stack in us-east-1 beside the others, and so account and region have to be named: add both to the environment',
  ],
  [
    'a spike of nothing',
    { alarms: { probeSpike: { packetsPer5Minutes: 0 } } },
    'prod: alarms.probeSpike.packetsPer5Minutes = 0 is below the bound: write a number that is at least 1',
  ],
  [
    'chat that is a channel',
    { alarms: { chat: '#voice-ops' } },
    'prod: alarms.chat = "#voice-ops" has the wrong type: write true or false',
  ],
  [
    'no VPC',
    { vpc: undefined },
    'prod: vpc is missing: add { "id": …, "cidrs": [ … ] } of the VPC to protect, or { "create": "10.20.0.0/16" }',
  ],
  [
    'a VPC without CIDRs',
    { vpc: { id: 'vpc-0a1b2c3d4e5f60718' } },
    'prod: vpc.cidrs is missing: add it as a list in [ ]',
  ],
  [
    'a VPC that is no identifier',
    { vpc: { ...ADOPTED.vpc, id: 'vpc-xyz' } },
    'prod: vpc.id = "vpc-xyz" is not an identifier of AWS: write "vpc-" and its 8 or 17 hexadecimal digits, as the console shows it',
  ],
  [
    'an account that is a number',
    { account: 111111111111 },
    'prod: account = 111111111111 has the wrong type: write text in quotes',
  ],
  [
    'an account that is too short',
    { account: '123' },
    'prod: account = "123" is not an AWS account: write its 12 digits in quotes, such as "111111111111"',
  ],
  [
    'a Region that is a zone',
    { region: 'ap-southeast-2a' },
    'prod: region = "ap-southeast-2a" is not an AWS Region: write a code such as "ap-southeast-2"',
  ],
  [
    'a CIDR with host bits',
    { voiceProxyRanges: ['103.55.116.5/24'] },
    'prod: voiceProxyRanges[0] = "103.55.116.5/24" has host bits set: did you mean 103.55.116.0/24, or the one address 103.55.116.5?',
  ],
  [
    'a CIDR that is none',
    { allowlist: ['203.0.113.0/24', 'office'] },
    'prod: allowlist[1] = "office" is not a CIDR: write 198.51.100.0/24, 2001:db8::/32 or a single address',
  ],
  [
    'a CIDR twice',
    { allowlist: ['203.0.113.7', '203.0.113.7/32'] },
    'prod: allowlist[1] = "203.0.113.7/32" stands in the list twice: remove one',
  ],
  [
    'an allowlist of the whole Internet',
    { allowlist: ['0.0.0.0/0'] },
    'prod: allowlist[0] = "0.0.0.0/0" is too wide, nothing in it could ever be banned: write a prefix of /8 or longer',
  ],
  [
    'proxies of the whole Internet',
    { voiceProxyRanges: ['::/0'] },
    'prod: voiceProxyRanges[0] = "::/0" is too wide, nothing in it could ever be banned: write a prefix of /19 or longer',
  ],
  [
    'no proxy in proxy-only',
    { voiceProxyRanges: [] },
    'prod: voiceProxyRanges = [] is empty, and exposure "proxy-only" would admit nobody: add the ranges of your voice provider',
  ],
  [
    'a port that is none',
    { sip: { ports: [65536] } },
    'prod: sip.ports[0] = 65536 is above the bound: write a number that is at most 65535',
  ],
  [
    'a port in quotes',
    { sip: { ports: ['5060'] } },
    'prod: sip.ports[0] = "5060" has the wrong type: write a number',
  ],
  [
    'no port',
    { sip: { ports: [] } },
    'prod: sip.ports = [] is below the bound: write a list whose length is at least 1',
  ],
  [
    'a SIP port inside RTP',
    { sip: { ports: [5060, 10000] } },
    'prod: sip.ports[1] = 10000 lies inside the media range sip.rtp 10000-20000: choose a port outside it, or move sip.rtp',
  ],
  [
    'an alternative port inside RTP',
    { sip: { alternativePort: 15060 } },
    'prod: sip.alternativePort = 15060 lies inside the media range sip.rtp 10000-20000: choose a port outside it, or move sip.rtp',
  ],
  [
    'an alternative port that is a SIP port',
    { sip: { alternativePort: 5061 } },
    'prod: sip.alternativePort = 5061 is one of sip.ports [5060,5061] already: choose another port, or leave the key out',
  ],
  [
    'a media range upside down',
    { sip: { rtp: '20000-10000' } },
    'prod: sip.rtp = "20000-10000" is not a range of ports: write "first-last", both from 1 to 65535 and the lower one first, such as "10000-20000"',
  ],
  [
    'an exposure that is none',
    { exposure: 'closed' },
    'prod: exposure = "closed" is not a choice: write "proxy-only" or "open"',
  ],
  ['a mode that is none', { mode: 'on' }, 'prod: mode = "on" is not a choice: write "observe" or "enforce"'],
  [
    'slots over the quota',
    acl({ slots: { ipv4: 19 } }),
    'prod: networkAcl.slots.ipv4 = 19 is more than the quota leaves: networkAcl.quota 20 − 1 (final deny) − networkAcl.otherIngressRules 1 = 18; write at most 18, or have the quota raised (40 at most)',
  ],
  [
    'slots over what other rules leave',
    acl({ otherIngressRules: 8, slots: { ipv4: 11, ipv6: 12 } }),
    'prod: networkAcl.slots.ipv6 = 12 is more than the quota leaves: networkAcl.quota 20 − 1 (final deny) − networkAcl.otherIngressRules 8 = 11; write at most 11, or have the quota raised (40 at most)',
  ],
  [
    'an ACL that is full',
    acl({ otherIngressRules: 19 }),
    'prod: networkAcl.otherIngressRules = 19 leaves no slot: networkAcl.quota 20 − 1 (final deny) − 19 is 0; remove rules from the ACL, or have the quota raised (40 at most)',
  ],
  [
    'a quota that AWS does not give',
    acl({ quota: 41 }),
    'prod: networkAcl.quota = 41 is above the bound: write a number that is at most 40',
  ],
  [
    'more slots than owned numbers',
    acl({ ruleNumbers: '1-20', slots: { ipv4: 12, ipv6: 12 } }),
    'prod: networkAcl.slots = {"ipv4":12,"ipv6":12} needs 24 rule numbers, but networkAcl.ruleNumbers 1-20 holds 20: lower the slots, or own more numbers',
  ],
  [
    'owned numbers behind the first allow',
    acl({ ruleNumbers: '1-100' }),
    'prod: networkAcl.ruleNumbers = "1-100" reaches the first allow rule, networkAcl.firstAllowRule 100, behind which a deny has no effect: end below 100, or move the allow rules up',
  ],
  [
    'a rule number of 40000',
    acl({ ruleNumbers: '1-40000' }),
    'prod: networkAcl.ruleNumbers = "1-40000" is not a range of rule numbers: write "first-last", both from 1 to 32766 and the lower one first, such as "1-50"',
  ],
  [
    'a first allow rule of 40000',
    acl({ firstAllowRule: 40000 }),
    'prod: networkAcl.firstAllowRule = 40000 is above the bound: write a number that is at most 32765',
  ],
  [
    'an adopted VPC without ACLs',
    { networkAcl: {} },
    'prod: networkAcl.ids is missing: an adopted VPC needs the network ACLs of its voice subnets by name, add at least one',
  ],
  [
    'an adopted VPC without subnets',
    { voiceSubnets: [] },
    'prod: voiceSubnets is missing: an adopted VPC needs the subnets of its voice servers by name, add at least one',
  ],
  [
    'a ban that is no duration',
    { ban: { first: '1 hour' } },
    'prod: ban.first = "1 hour" is not a duration: write a whole number from 1 to 999999 and one unit without a space',
  ],
  [
    'a first ban longer than the longest',
    { ban: { first: '31d' } },
    'prod: ban.first = "31d" is longer than ban.max "30d": shorten it, or raise ban.max',
  ],
  ['a ban shorter than a tick', { ban: { first: '30s' } }, 'is no policy for bans: ban.first is 30 seconds'],
  [
    'a factor that shortens',
    { ban: { factor: 0.5 } },
    'prod: ban.factor = 0.5 is below the bound: write a number that is at least 1',
  ],
  [
    'an aggregation that AWS does not offer',
    { flowLogs: { aggregationSeconds: 120 } },
    'prod: flowLogs.aggregationSeconds = 120 is not a choice: write 60 or 600',
  ],
  [
    'a log group without its format',
    { flowLogs: { existingLogGroup: '/vpc/flow' } },
    'prod: flowLogs.format is missing: add it as text in quotes',
  ],
  [
    'a log format without ports',
    { flowLogs: { existingLogGroup: '/vpc/flow', format: 'srcaddr dstaddr' } },
    'prod: flowLogs.format = "srcaddr dstaddr" is not a usable format: the format lacks srcport',
  ],
  [
    'silence shorter than a delivery',
    { flowLogs: { aggregationSeconds: 600 }, alarms: { silenceMinutes: 10 } },
    'prod: alarms.silenceMinutes = 10 is below the 15 minutes that a record may take (flowLogs.aggregationSeconds 600 and 5 minutes of delivery): write at least 15',
  ],
  [
    'silence between periods',
    { alarms: { silenceMinutes: 12 } },
    'prod: alarms.silenceMinutes = 12 is not a multiple of 5: round it to one',
  ],
  [
    'an address that is no e-mail',
    { alarms: { email: ['voice-ops'] } },
    'prod: alarms.email[0] = "voice-ops" is not an e-mail address: write name@example.com',
  ],
  [
    'a reservation of nothing',
    { functions: { enforce: { reservedConcurrency: 'none' } } },
    'prod: functions.enforce.reservedConcurrency = "none" is no reservation: write a whole number from 1 to 1000, or "unreserved"',
  ],
  [
    'a retention that CloudWatch does not offer',
    { functions: { logRetentionDays: 31 } },
    'prod: functions.logRetentionDays = 31 is not a choice: write 1 or 3 or 5',
  ],
];

test.each(CASES)('%s', (_, change, message) => {
  const problems = problemsOf({ prod: { ...ADOPTED, ...change } });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(message);
});

describe('forwarding', () => {
  const listeners = [{ port: 5060 }];
  const targets = ['10.20.1.10'];
  test.each<Case>([
    [
      'without a listener',
      { listeners: [], targets },
      'prod: forwarding.listeners = [] is below the bound: write a list whose length is at least 1',
    ],
    ['without a target', { listeners }, 'prod: forwarding.targets is missing: add it as a list in [ ]'],
    [
      'to a name',
      { listeners, targets: ['pbx.example.com'] },
      'prod: forwarding.targets[0] = "pbx.example.com" is not an IPv4 address: write the private address of a voice server, such as "10.20.1.10"',
    ],
    [
      'out of the VPC',
      { listeners, targets: ['10.21.1.10'] },
      'prod: forwarding.targets[0] = "10.21.1.10" is outside the VPC ["10.20.0.0/16"]: write the private address of a voice server in it',
    ],
    [
      'of media',
      { listeners: [{ port: 10000 }], targets },
      'prod: forwarding.listeners[0].port = 10000 lies inside the media range sip.rtp 10000-20000: media is not forwarded, choose a port outside it',
    ],
    [
      'of one port twice',
      {
        listeners: [
          { port: 5060, protocol: 'UDP' },
          { port: 5060, protocol: 'TCP' },
        ],
        targets,
      },
      'prod: forwarding.listeners[1].port = 5060 has a listener already: join them with "protocol": "TCP_UDP", or choose another port',
    ],
    [
      'with more media interfaces than voice servers',
      {
        listeners: [{ port: 5060 }],
        targets,
        mediaInterfaces: ['eni-0a1b2c3d', 'eni-1a1b2c3d', 'eni-2a1b2c3d'],
      },
      `prod: forwarding.mediaInterfaces = ["eni-0a1b2c3d","eni-1a1b2c3d","eni-2a1b2c3d"] names more interfaces than forwarding.targets has voice servers (${targets.length}): name one for each that needs a public address for media`,
    ],
    [
      'with a media interface that is none',
      { listeners: [{ port: 5060 }], targets, mediaInterfaces: ['eth0'] },
      'prod: forwarding.mediaInterfaces[0] = "eth0" is not an identifier of AWS: write "eni-" and its 8 or 17 hexadecimal digits, as the console shows it',
    ],
    [
      'with an unknown key',
      { listeners: [{ port: 5060, target: 5060 }], targets },
      'prod: forwarding.listeners[0].target is not a key that Ringfence knows: did you mean "targetPort"?',
    ],
  ])('%s', (_, forwarding, message) => {
    expect(problemsOf({ prod: { ...ADOPTED, forwarding } })).toEqual([message]);
  });
});

describe('a web ACL', () => {
  test.each([
    ['an HTTP API', 'arn:aws:apigateway:ap-southeast-2::/apis/a1b2c3d4/stages/prod'],
    [
      'a Network Load Balancer',
      'arn:aws:elasticloadbalancing:ap-southeast-2:111111111111:loadbalancer/net/sip/0a1b2c3d',
    ],
  ])('in front of %s', (_, arn) => {
    const problems = problemsOf({ prod: { ...ADOPTED, webAcl: { associations: [arn] } } });
    expect(problems).toEqual([
      `prod: webAcl.associations[0] = "${arn}" is not something a web ACL protects: write the ARN of an Application Load Balancer (arn:aws:elasticloadbalancing:…:loadbalancer/app/…) or of a REST API stage (arn:aws:apigateway:…::/restapis/…/stages/…); HTTP APIs and Network Load Balancers cannot have one`,
    ]);
  });
});

describe('a VPC to create', () => {
  test.each([
    [
      'too large',
      { vpc: { create: '10.0.0.0/8' } },
      'prod: vpc.create = "10.0.0.0/8" is not the CIDR of a VPC that can be created: write IPv4 with a prefix of /16 to /24, such as "10.20.0.0/16"',
    ],
    [
      'with IPv6 that is no yes or no',
      { vpc: { create: '10.20.0.0/16', ipv6: '2001:db8::/56' } },
      'prod: vpc.ipv6 = "2001:db8::/56" has the wrong type: write true or false',
    ],
    [
      'IPv6',
      { vpc: { create: '2001:db8::/56' } },
      'prod: vpc.create = "2001:db8::/56" is not the CIDR of a VPC that can be created',
    ],
    [
      'with subnets of another',
      { voiceSubnets: ['subnet-0a1b2c3d'] },
      'prod: voiceSubnets = ["subnet-0a1b2c3d"] does not go with vpc.create, which makes its own: leave the key out',
    ],
    [
      'with an ACL of another',
      { networkAcl: { ids: ['acl-0a1b2c3d'] } },
      'prod: networkAcl.ids = ["acl-0a1b2c3d"] does not go with vpc.create, which makes its own: leave the key out',
    ],
  ])('%s', (_, change, message) => {
    const problems = problemsOf({ prod: { ...CREATED, ...change } });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(message);
  });
});

test('more ranges than a security group holds', () => {
  const voiceProxyRanges = Array.from({ length: 13 }, (_, i) => `198.51.${i}.0/24`);
  expect(problemsOf({ prod: { ...ADOPTED, voiceProxyRanges } })[0]).toContain(
    'needs 65 IPv4 rules in a security group (13 ranges × 5 rules and the media ranges), AWS allows 60: join adjacent ranges, or use fewer ports',
  );
});

describe('two environments', () => {
  const other = { ...ADOPTED, networkAcl: { ...ADOPTED.networkAcl, ruleNumbers: '50-80' } };

  test('that own the same rule of one ACL', () => {
    expect(problemsOf({ prod: ADOPTED, test: other })).toEqual([
      'test: networkAcl.ruleNumbers = "50-80" overlaps 1-50, which environment "prod" owns in the same network ACL acl-0a1b2c3d4e5f60718: give each environment its own numbers',
    ]);
  });

  test('may share an ACL with numbers of their own', () => {
    const apart = { ...other, networkAcl: { ...other.networkAcl, ruleNumbers: '51-90' } };
    expect(problemsOf({ prod: ADOPTED, test: apart })).toEqual([]);
  });
});

test('every problem of every environment is reported at once', () => {
  const problems = problemsOf({
    'no name': CREATED,
    dev: { ...CREATED, vpcs: {}, mode: 'on', allowlist: ['10.0.0.1/8'] },
    prod: { ...ADOPTED, sip: { alternativePort: 12000, prots: [] }, ban: { first: '60d' } },
  });
  expect(problems.map((problem) => problem.split(' ').slice(0, 2).join(' '))).toEqual([
    'no name:',
    'dev: allowlist[0]',
    'dev: mode',
    'dev: vpcs',
    'prod: sip.prots',
    'prod: sip.alternativePort',
    'prod: ban.first',
  ]);
});

test.each([[undefined], [{}], [[]], ['prod']])('environments that are %j', (environments) => {
  expect(problemsOf(environments)).toEqual([
    'environments is missing or empty in the context of cdk.json: add an object of environments by name',
  ]);
});

test('an environment that is no object', () => {
  expect(problemsOf({ prod: 3 })).toEqual(['prod: has the wrong type: write an object in { }']);
});
