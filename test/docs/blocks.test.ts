import { join } from 'node:path';
import {
  createProgram,
  flattenDiagnosticMessageText,
  getPreEmitDiagnostics,
  ModuleKind,
  ModuleResolutionKind,
  ScriptTarget,
} from 'typescript';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { parseEnvironments } from '../../lib/config';
import { ADOPTED } from '../config/support';
import { blocksOf, pages, ROOT } from './support/pages';

/**
 * What a fence says of its block: `sh` runs (commands.test.ts), `ts` compiles, `json` is configuration or an IAM
 * statement, `text` is output or a drawing, and `xml`, `ini`, `conf` are files of other programs.
 */
const LANGUAGES = ['sh', 'ts', 'json', 'text', 'xml', 'ini', 'conf'];

it.each(pages())('$path says of every block what it is', ({ blocks }) => {
  const unsaid = blocks.filter(({ language }) => !LANGUAGES.includes(language));
  expect(unsaid.map(({ line, language }) => `line ${line}: "${language}"`)).toEqual([]);
});

describe('blocks of JSON', () => {
  it.each(blocksOf('json'))(
    '$path:$line is configuration that is accepted, or an IAM statement',
    ({ text }) => {
      const value = parsed(text);
      if ('Effect' in value) {
        expect(Object.keys(value).sort()).toEqual(expect.arrayContaining(['Action', 'Effect', 'Resource']));
        return;
      }
      expect(() => parseEnvironments(environmentsOf(value))).not.toThrow();
    },
  );
});

/** A block is a whole object, or some of the members of one. */
function parsed(text: string): Readonly<Record<string, unknown>> {
  const trimmed = text.trim();
  return JSON.parse(trimmed.startsWith('{') ? trimmed : `{${trimmed}}`) as Readonly<Record<string, unknown>>;
}

/** Context of cdk.json, its environments, one of them by name, or keys of one. */
function environmentsOf(value: Readonly<Record<string, unknown>>): unknown {
  if ('context' in value) return environmentsOf(value['context'] as Readonly<Record<string, unknown>>);
  if ('environments' in value) return value['environments'];
  const isByName = Object.values(value).every(
    (each) => typeof each === 'object' && each !== null && 'vpc' in each,
  );
  return isByName ? value : { prod: { ...ADOPTED, ...value } };
}

describe('blocks of TypeScript', () => {
  const blocks = blocksOf('ts');
  // Within the project, so that packages are found.
  const cache = join(ROOT, 'node_modules', '.cache');
  let folder: string;
  let problems: ReadonlyMap<string, string>;

  beforeAll(() => {
    mkdirSync(cache, { recursive: true });
    folder = mkdtempSync(join(cache, 'ringfence-docs-'));
    const files = blocks.map(({ text }, i) => {
      const file = join(folder, `block-${i}.ts`);
      writeFileSync(file, text);
      return file;
    });
    const program = createProgram(files, {
      target: ScriptTarget.ES2023,
      module: ModuleKind.CommonJS,
      moduleResolution: ModuleResolutionKind.Bundler,
      types: ['node'],
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      esModuleInterop: true,
      paths: { ringfence: [join(ROOT, 'lib', 'library', 'index.ts')] },
    });
    problems = new Map(
      getPreEmitDiagnostics(program).map(({ file, messageText }) => [
        file?.fileName ?? '',
        flattenDiagnosticMessageText(messageText, '\n'),
      ]),
    );
  }, 120_000);

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(blocks.map((block, i) => ({ ...block, i })))('$path:$line compiles', ({ i }) => {
    expect(problems.get(join(folder, `block-${i}.ts`))).toBeUndefined();
  });

  it('are there, and nothing else is wrong', () => {
    expect(blocks.length).toBeGreaterThan(0);
    expect(
      [...problems].filter(([file]) => !file.startsWith(folder) && !file.includes('scanner-module')),
    ).toEqual([]);
  });
});
