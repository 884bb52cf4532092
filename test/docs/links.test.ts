import { existsSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { anchorsOf, localLinksOf, pageOf, pages, ROOT } from './support/pages';

const all = pages();

/** A link of a page: the file that it leads to, relative to the project, and the anchor within. */
function resolved(path: string, target: string): { readonly file: string; readonly anchor: string } {
  const [file = '', anchor = ''] = target.split('#');
  return { file: file === '' ? path : normalize(join(dirname(path), file)), anchor };
}

describe.each(all)('$path', (page) => {
  it('links to files and folders that exist', () => {
    const files = localLinksOf(page).map((target) => resolved(page.path, target).file);
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it('links to headings that exist', () => {
    const lost = localLinksOf(page).filter((target) => {
      const { file, anchor } = resolved(page.path, target);
      if (anchor === '' || !file.endsWith('.md') || !existsSync(join(ROOT, file))) return false;
      return !anchorsOf(pageOf(file)).includes(anchor);
    });
    expect(lost).toEqual([]);
  });
});

describe('a reader', () => {
  it('reaches every page from the index', () => {
    const reached = new Set<string>();
    const visit = (path: string): void => {
      if (
        reached.has(path) ||
        !path.endsWith('.md') ||
        !existsSync(join(ROOT, path)) ||
        !statSync(join(ROOT, path)).isFile()
      )
        return;
      reached.add(path);
      for (const target of localLinksOf(pageOf(path))) visit(resolved(path, target).file);
    };
    visit('docs/README.md');
    expect(all.map(({ path }) => path).filter((path) => !reached.has(path))).toEqual([]);
  });

  it('finds every page of docs/ in the index itself', () => {
    const listed = localLinksOf(pageOf('docs/README.md')).map(
      (target) => resolved('docs/README.md', target).file,
    );
    const inDocs = all
      .map(({ path }) => path)
      .filter((path) => path.startsWith('docs/') && path !== 'docs/README.md');
    expect(inDocs.filter((path) => !listed.includes(path))).toEqual([]);
  });

  it('reaches the index from the README', () => {
    expect(localLinksOf(pageOf('README.md'))).toContain('docs/README.md');
  });
});
