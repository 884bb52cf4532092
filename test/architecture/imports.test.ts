import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { preProcessFile } from 'typescript';

const ROOT = resolve(__dirname, '..', '..');

/** The steps of the way data flows: a later one may use an earlier one, never the reverse (docs/architecture.md). */
const STEPS = [
  'address',
  'handset',
  'flow-log',
  'pbx-log',
  'detection',
  'blacklist',
  'feeds',
  'filter-set',
  'enforcement',
  'export',
  'notification',
  'provisioning',
  'widget',
  'handlers',
];

/** Files that may import the AWS SDK: named after the service, or composition roots. */
const SDK_FILES =
  /\/(?:dynamodb|ec2|wafv2|s3|sns|ssm|cloudwatch|cloudwatch-logs)-[a-z0-9-]+\.ts$|^lambda\/handlers\//;

interface Import {
  /** The importing file, relative to the project. */
  readonly file: string;
  /** What is imported: a file relative to the project, or a package's specifier. */
  readonly target: string;
}

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => join(folder, name));
}

function importsOf(file: string): Import[] {
  const { importedFiles } = preProcessFile(readFileSync(join(ROOT, file), 'utf8'), true, true);
  return importedFiles.map(({ fileName }) => ({ file, target: targetOf(file, fileName) }));
}

function targetOf(file: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  const path = relative(ROOT, resolve(ROOT, dirname(file), specifier));
  return path;
}

const lambdaImports = sources('lambda').flatMap(importsOf);
const libImports = [...sources('lib'), ...sources('bin')].flatMap(importsOf);

/** The step a path under lambda/ belongs to, or −1. */
function stepOf(path: string): number {
  const [top, step] = path.split('/');
  return top === 'lambda' ? STEPS.indexOf(step ?? '') : -1;
}

function describeImport({ file, target }: Import): string {
  return `${file} imports ${target}`;
}

describe('the import direction', () => {
  it('is followed by every file of lambda/: a step uses itself and earlier steps only', () => {
    const wrong = lambdaImports.filter(({ file, target }) => stepOf(target) > stepOf(file));
    expect(wrong.map(describeImport)).toEqual([]);
  });

  it('is not vacuous: each step but the first uses an earlier one', () => {
    for (const [i, step] of STEPS.entries()) {
      const uses = lambdaImports.filter(
        ({ file, target }) => stepOf(file) === i && stepOf(target) >= 0 && stepOf(target) < i,
      );
      expect({ step, uses: uses.length > 0 }).toEqual({ step, uses: i > 0 });
    }
  });

  it('knows every folder of lambda/', () => {
    const folders = readdirSync(join(ROOT, 'lambda'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    expect(folders.map(({ name }) => name).sort()).toEqual([...STEPS].sort());
  });

  it('leads from lib/ to lambda/, never back: nothing deployed to AWS knows the command line or the embedded services', () => {
    const wrong = lambdaImports.filter(({ target }) => /^(?:lib|bin|test|bench)\//.test(target));
    expect(wrong.map(describeImport)).toEqual([]);
  });

  it('keeps constructs, stacks and configuration away from handlers, which they reach by entry path only', () => {
    const wrong = libImports.filter(
      ({ file, target }) =>
        /^lib\/(?:config|constructs|library|stacks)\//.test(file) && target.startsWith('lambda/handlers'),
    );
    expect(wrong.map(describeImport)).toEqual([]);
  });

  it('lets the stacks use the pure core of lambda/ only: no file that imports the AWS SDK', () => {
    const impure = new Set(
      lambdaImports.filter(({ target }) => target.startsWith('@aws-sdk/')).map(({ file }) => file),
    );
    const wrong = libImports.filter(
      ({ file, target }) =>
        /^lib\/(?:config|constructs|library|stacks)\//.test(file) && impure.has(`${target}.ts`),
    );
    expect(wrong.map(describeImport)).toEqual([]);
  });

  it('keeps the embedded services to lib/cli, which runs them', () => {
    const wrong = libImports.filter(
      ({ file, target }) =>
        target.startsWith('lib/local/') && !file.startsWith('lib/local/') && !file.startsWith('lib/cli/'),
    );
    expect(wrong.map(describeImport)).toEqual([]);
  });
});

describe('the AWS SDK', () => {
  const sdkImports = lambdaImports.filter(({ target }) => target.startsWith('@aws-sdk/'));

  it('is imported by files named after the service and by composition roots only', () => {
    expect(sdkImports.filter(({ file }) => !SDK_FILES.test(file)).map(describeImport)).toEqual([]);
  });

  it('is imported somewhere, so that the rule above means something', () => {
    expect(sdkImports.length).toBeGreaterThan(5);
  });

  it('has its clients constructed in lambda/handlers alone', () => {
    const constructing = sources('lambda').filter((file) =>
      /new (?:DynamoDB|EC2|WAFV2|S3|SQS|SNS|SSM)Client\(/.test(readFileSync(join(ROOT, file), 'utf8')),
    );
    expect(constructing).toEqual(['lambda/handlers/aws-clients.ts']);
  });
});

describe('schemas', () => {
  /** In no bundle whose start somebody waits for. */
  const CLASSIC = ['lambda/feeds/definition.ts'];

  it('are made with lambda/schema, `z.exactOptional(z.number())` and `.check(…)`: a cold start parses all of "zod"', () => {
    const wrong = lambdaImports.filter(
      ({ file, target }) => /^zod\b/.test(target) && file !== 'lambda/schema.ts' && !CLASSIC.includes(file),
    );
    expect(wrong.map(describeImport)).toEqual([]);
  });
});

describe('the files', () => {
  it('form no import cycle', () => {
    const graph = new Map<string, string[]>();
    const files = new Set([...sources('lambda'), ...sources('lib'), ...sources('bin')]);
    const resolved = (target: string) =>
      [`${target}.ts`, `${target}/index.ts`].find((path) => files.has(path));
    for (const file of files)
      graph.set(
        file,
        importsOf(file).flatMap(({ target }) => resolved(target) ?? []),
      );
    expect(findCycle(graph)).toEqual([]);
  });

  it.each(['lambda', 'lib', 'bin', 'bench', 'examples', 'docs'])(
    'of %s hold no absolute path of a workplace and no address of a registry',
    (folder) => {
      const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter((name) =>
        /\.(?:ts|mjs|js|json|md|sh)$/.test(name),
      );
      const wrong = names.filter((name) =>
        /\/(?:home|root|work|Users)\/[a-z]|registry\.npmjs/.test(
          readFileSync(join(ROOT, folder, name), 'utf8'),
        ),
      );
      expect(wrong).toEqual([]);
    },
  );
});

/** The files of one cycle, in order, or none. */
function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    path.push(file);
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next);
      if (cycle.length > 0) return cycle;
    }
    path.pop();
    done.add(file);
    return [];
  };
  for (const file of graph.keys()) {
    const cycle = visit(file);
    if (cycle.length > 0) return cycle;
  }
  return [];
}
