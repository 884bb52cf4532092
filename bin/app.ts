import { ConfigurationError } from '../lib/config';
import { DeploymentSizeError } from '../lib/constructs/deployment-document';
import { MissingBundleError } from '../lib/constructs/function-code';
import { EnvironmentSizeError } from '../lib/constructs/ringfence-function';
import { RingfenceApp } from '../lib/stacks/ringfence-app';

/** What the reader can put right. A stack trace would hide it; anything else is our mistake and shows one. */
const READERS_ERRORS = [ConfigurationError, DeploymentSizeError, EnvironmentSizeError, MissingBundleError];

try {
  new RingfenceApp().addEnvironments();
} catch (error) {
  if (!READERS_ERRORS.some((known) => error instanceof known)) throw error;
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
