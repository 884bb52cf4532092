import { ConfigurationError, type Environment, parseEnvironments } from '../../lib/config';

/** An environment as `cdk.json` holds it: adopts everything, all that matters for checks stated. */
export const ADOPTED = {
  account: '111111111111',
  region: 'ap-southeast-2',
  vpc: { id: 'vpc-0a1b2c3d4e5f60718', cidrs: ['10.20.0.0/16'] },
  voiceSubnets: ['subnet-0a1b2c3d4e5f60718'],
  networkAcl: { ids: ['acl-0a1b2c3d4e5f60718'] },
};

/** The smallest environment: creates its VPC, everything else by default. */
export const CREATED = { vpc: { create: '10.20.0.0/16' } };

/** The one environment, called `prod`, that the raw configuration makes. */
export function environmentOf(raw: Readonly<Record<string, unknown>>, name = 'prod'): Environment {
  const [environment] = parseEnvironments({ [name]: raw });
  if (environment === undefined) throw new Error('no environment was made');
  return environment;
}

/** What is wrong with the configuration, a line each, without the heading. */
export function problemsOf(environments: unknown): string[] {
  try {
    parseEnvironments(environments);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
  return [];
}
