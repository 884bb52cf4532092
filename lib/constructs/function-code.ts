import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';

/** The functions that are deployed. */
export type FunctionName =
  'detect' | 'detect-objects' | 'enforce' | 'pbx' | 'notify' | 'feeds' | 'provision' | 'widget';

/** Gives the code of a function; tests give their own. */
export type FunctionCode = (name: FunctionName) => Code;

/** A bundle that `npm run build` should have made is not there. */
export class MissingBundleError extends Error {
  override readonly name = 'MissingBundleError';
}

/**
 * The bundle of a function, as `npm run build` leaves it in `dist/lambda/<name>`.
 * @throws MissingBundleError where there is none
 */
export const bundledCode: FunctionCode = (name) => {
  const folder = join(packageRoot(__dirname), 'dist', 'lambda', name);
  if (!existsSync(join(folder, 'index.js'))) {
    throw new MissingBundleError(
      `There is no bundle of the ${name} function in ${folder}: run "npm run build" first.`,
    );
  }
  return Code.fromAsset(folder);
};

/** The folder of our package.json, found from wherever this file was compiled to. */
function packageRoot(folder: string): string {
  const file = join(folder, 'package.json');
  if (existsSync(file)) {
    const { name } = JSON.parse(readFileSync(file, 'utf8')) as { readonly name?: string };
    if (name === 'ringfence') return folder;
  }
  const parent = dirname(folder);
  if (parent === folder) {
    throw new MissingBundleError('This is not the ringfence project: its package.json was not found.');
  }
  return packageRoot(parent);
}
