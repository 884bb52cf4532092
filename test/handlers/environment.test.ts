import { DEPLOYED_FORMAT } from '../../lambda/flow-log';
import { readFunctionEnvironment } from '../../lambda/handlers/environment';
import { deployment } from '../enforcement/support/deployment';

const VARIABLES = {
  RINGFENCE_LEDGER_TABLE: 'ringfence-dev',
  RINGFENCE_DEPLOYMENT: JSON.stringify(deployment()),
};

describe('the environment variables of a function', () => {
  it('give deployment, table and format; the format of the stacks unless another is named', () => {
    const read = readFunctionEnvironment(VARIABLES);
    expect(read).toMatchObject({ ledgerTable: 'ringfence-dev', deployment: deployment() });
    expect(read.format.toString()).toBe(DEPLOYED_FORMAT);
    const format =
      'version srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
    expect(
      readFunctionEnvironment({ ...VARIABLES, RINGFENCE_FLOW_LOG_FORMAT: format }).format.toString(),
    ).toBe(format);
  });

  it('give how long records may be on their way: as CloudWatch Logs delivers, unless it is said', () => {
    expect(readFunctionEnvironment(VARIABLES).deliverySeconds).toBe(300);
    const slower = { ...VARIABLES, RINGFENCE_DELIVERY_SECONDS: '900' };
    expect(readFunctionEnvironment(slower).deliverySeconds).toBe(900);
  });

  it.each([
    [
      'a delivery of no time',
      { RINGFENCE_DELIVERY_SECONDS: 'soon' },
      'EnvironmentError',
      /RINGFENCE_DELIVERY_SECONDS/,
    ],
    ['no table', { RINGFENCE_LEDGER_TABLE: undefined }, 'EnvironmentError', /RINGFENCE_LEDGER_TABLE/],
    ['an empty table', { RINGFENCE_LEDGER_TABLE: '' }, 'EnvironmentError', /RINGFENCE_LEDGER_TABLE/],
    ['no deployment', { RINGFENCE_DEPLOYMENT: undefined }, 'EnvironmentError', /RINGFENCE_DEPLOYMENT/],
    [
      'a deployment cut off',
      { RINGFENCE_DEPLOYMENT: '{"mode":' },
      'EnvironmentError',
      /RINGFENCE_DEPLOYMENT is not JSON/,
    ],
    [
      'a wrong deployment',
      { RINGFENCE_DEPLOYMENT: '{"mode":"enforced"}' },
      'DeploymentError',
      /mode: "enforced"/,
    ],
    [
      'a format without addresses',
      { RINGFENCE_FLOW_LOG_FORMAT: 'version start end' },
      'EnvironmentError',
      /RINGFENCE_FLOW_LOG_FORMAT: the format lacks srcaddr/,
    ],
  ])('with %s are an error that names it', (_what, change, name, message) => {
    let error: unknown;
    try {
      readFunctionEnvironment({ ...VARIABLES, ...change });
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({ name, message: expect.stringMatching(message) as string });
  });
});
