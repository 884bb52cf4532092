import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** The project's folder. */
export const ROOT = join(__dirname, '..', '..', '..');

/** A fenced block of a page. */
export interface Block {
  /** What follows the opening fence: the language, which says how the block is tested (CONTRIBUTING.md). */
  readonly language: string;
  readonly text: string;
  /** Line of the opening fence. */
  readonly line: number;
}

/** A page of documentation. */
export interface Page {
  /** Path within the project. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  /** The text without its blocks. */
  readonly prose: string;
}

const AT_THE_TOP = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'];

/** Every page: those at the top, all of docs/, and what explains the examples. */
export function pages(): Page[] {
  const within = ['docs', 'examples'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md') && !name.includes('node_modules'))
      .map((name) => join(folder, name)),
  );
  return [...AT_THE_TOP, ...within.sort()].map((path) => pageOf(path));
}

/** One page, by its path within the project. */
export function pageOf(path: string): Page {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return { path: relative(ROOT, join(ROOT, path)), text, ...partsOf(text) };
}

const FENCE = /^( *)```(.*)\n([\s\S]*?)^\1```$/gm;

function partsOf(text: string): Pick<Page, 'blocks' | 'prose'> {
  const blocks = Array.from(
    text.matchAll(FENCE),
    ({ index, 1: indent = '', 2: language = '', 3: body = '' }) => ({
      language: language.trim(),
      // A block within a list is indented as the list is.
      text: body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      line: text.slice(0, index).split('\n').length,
    }),
  );
  return { blocks, prose: text.replaceAll(FENCE, '') };
}

/** The blocks of a language with their page, for a table of cases. */
export function blocksOf(language: string): (Block & { readonly path: string })[] {
  return pages().flatMap(({ path, blocks }) =>
    blocks.filter((block) => block.language === language).map((block) => ({ path, ...block })),
  );
}

/** What GitHub makes of a heading as an anchor: lower case, without punctuation, hyphens for spaces. */
export function anchorsOf({ prose }: Page): string[] {
  const seen = new Map<string, number>();
  return Array.from(prose.matchAll(/^#{1,6} +(.+)$/gm), ([, heading = '']) => {
    const plain = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = plain.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(/\s/g, '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
}

/** Targets of links and pictures that are not on the web. */
export function localLinksOf({ prose }: Page): string[] {
  const withoutCode = prose.replaceAll(/`[^`\n]*`/g, '');
  return Array.from(withoutCode.matchAll(/\]\(([^)\s]+)\)/g), ([, target = '']) => target).filter(
    (target) => !/^[a-z]+:/.test(target),
  );
}
