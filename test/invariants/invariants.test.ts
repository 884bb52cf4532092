import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const ROOT = join(__dirname, '..', '..');

/** The numbers that docs/architecture.md lists. */
function documented(): number[] {
  const text = readFileSync(join(ROOT, 'docs', 'architecture.md'), 'utf8');
  return [...text.matchAll(/^- \*\*I(\d+)\*\*/gm)].map(([, number]) => Number(number));
}

/** The numbers of the calls of `invariant(number, what, fc.asyncProperty(…))` in the tests beside this one. */
function tested(): number[] {
  const files = readdirSync(__dirname).filter((name) => name.endsWith('.property.test.ts'));
  return files.flatMap((name) => {
    const source = ts.createSourceFile(
      name,
      readFileSync(join(__dirname, name), 'utf8'),
      ts.ScriptTarget.Latest,
    );
    const numbers: number[] = [];
    const visit = (node: ts.Node): void => {
      if (
        ts.isCallExpression(node) &&
        ts.isIdentifier(node.expression) &&
        node.expression.text === 'invariant'
      ) {
        const [number, what, property] = node.arguments;
        if (
          number !== undefined &&
          ts.isNumericLiteral(number) &&
          what !== undefined &&
          isProperty(property, source)
        ) {
          numbers.push(Number(number.text));
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
    return numbers;
  });
}

/** Whether it is a property of fast-check whose body expects something. */
function isProperty(node: ts.Node | undefined, source: ts.SourceFile): boolean {
  const text = node?.getText(source) ?? '';
  return text.startsWith('fc.asyncProperty(') && text.includes('expect(');
}

describe('the invariants', () => {
  it('are the twelve of docs/architecture.md', () => {
    expect(documented()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it('each have one property test that names its number', () => {
    expect(tested().sort((a, b) => a - b)).toEqual(documented());
  });
});
