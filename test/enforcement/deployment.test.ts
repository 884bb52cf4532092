import { DeploymentError, parseDeployment, parseRuleNumbers } from '../../lambda/enforcement';
import { deployment } from './support/deployment';

const problemsOf = (document: unknown): readonly string[] => {
  try {
    parseDeployment(document);
  } catch (error) {
    if (error instanceof DeploymentError) return error.problems;
    throw error;
  }
  return [];
};

const [networkAcl] = deployment().networkAcls;
const ipSet = { name: 'banned', id: 'a1', scope: 'REGIONAL', family: 'IPV4' };

describe('the deployment document', () => {
  it('is taken as the stacks write it', () => {
    const document = { ...deployment(), ipSets: [ipSet], mediaRanges: ['2001:db8:5::/48'] };
    expect(parseDeployment(JSON.parse(JSON.stringify(document)))).toEqual(document);
  });

  it.each([
    [
      'an unknown key',
      { ...deployment(), typo: 1 },
      'typo: 1: no such key, remove it or correct its spelling',
    ],
    [
      'a deeper unknown key',
      { ...deployment(), ipSets: [{ ...ipSet, arn: 'x' }] },
      'ipSets.0.arn: "x": no such key',
    ],
    [
      'a missing key',
      { ...deployment(), ledgerTable: undefined },
      'ledgerTable: missing: write the name of the DynamoDB',
    ],
    ['another mode', { ...deployment(), mode: 'off' }, 'mode: "off": write "enforce" or "observe"'],
    [
      'a CIDR with host bits',
      { ...deployment(), allowlist: ['203.0.113.7/24'] },
      'allowlist.0: "203.0.113.7/24": write a CIDR',
    ],
    [
      'a number for a CIDR',
      { ...deployment(), ownCidrs: [7] },
      'ownCidrs.0: 7: write a CIDR like 198.51.100.0/24',
    ],
    [
      'no list',
      { ...deployment(), proxyRanges: '103.55.116.0/24' },
      'proxyRanges: "103.55.116.0/24": write a list of CIDRs',
    ],
    [
      'a bad port',
      { ...deployment(), sip: { ports: [0], rtp: '1-2' } },
      'sip.ports.0: 0: write a whole number of a port from 1',
    ],
    [
      'a bad tripwire port',
      { ...deployment(), sip: { ports: [5060], tripwirePorts: [70_000], rtp: '1-2' } },
      'sip.tripwirePorts.0: 70000: write a whole number of a port from 1',
    ],
    [
      'no port',
      { ...deployment(), sip: { ports: [], rtp: '1-2' } },
      'sip.ports: []: write at least one SIP port',
    ],
    [
      'a reversed range',
      { ...deployment(), sip: { ports: [5060], rtp: '20000-10000' } },
      'sip.rtp: "20000-10000": write a port range',
    ],
    [
      'a duration without unit',
      { ...deployment(), ban: { ...deployment().ban, first: '60' } },
      'ban.first: "60": write a duration',
    ],
    [
      'a factor below 1',
      { ...deployment(), ban: { ...deployment().ban, factor: 0.5 } },
      'ban.factor: 0.5: write a number from 1',
    ],
    [
      'a quota AWS does not grant',
      { ...deployment(), networkAcls: [{ ...networkAcl, quota: 41 }] },
      'networkAcls.0.quota: 41: write a whole number',
    ],
    [
      'more slots than the quota leaves',
      { ...deployment(), networkAcls: [{ ...networkAcl, slots: { ipv4: 20, ipv6: 0 } }] },
      'networkAcls.0.slots: {"ipv4":20,"ipv6":0}: more slots than the quota leaves',
    ],
    [
      'rule numbers EC2 reserves',
      { ...deployment(), networkAcls: [{ ...networkAcl, ruleNumbers: '1-32767' }] },
      'networkAcls.0.ruleNumbers: "1-32767": write the first and the last',
    ],
    [
      'one ACL twice',
      { ...deployment(), networkAcls: [networkAcl, networkAcl] },
      'name each network ACL once',
    ],
    ['something else', 'text', 'document: "text": '],
  ])('names key, value and remedy of %s', (_, document, problem) => {
    expect(problemsOf(document).join('\n')).toContain(problem);
  });

  it('cuts long values short and lists every problem', () => {
    const problems = problemsOf({ ...deployment(), mode: 'x'.repeat(200), exposure: 'half' });
    expect(problems).toHaveLength(2);
    expect(problems[0]?.length).toBeLessThan(140);
  });
});

describe('parseRuleNumbers', () => {
  it('reads first and last', () => expect(parseRuleNumbers('1-50')).toEqual({ first: 1, last: 50 }));

  it.each(['', '50', '50-1', '0-5', '01-5', '1-', '1-32767', ' 1-50', '1-5.0', '1–50'])(
    'refuses %j',
    (text) => expect(() => parseRuleNumbers(text)).toThrow(/like 1-50, between 1 and 32766/),
  );
});
