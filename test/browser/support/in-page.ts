import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Page } from 'puppeteer-core';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const IN_PAGE = readFileSync(join(__dirname, 'page-script.js'), 'utf8');

/** A chart as it is drawn. */
export interface DrawnChart {
  readonly name: string;
  /** Shapes with an area or a length that somebody can see. */
  readonly shapes: number;
  /** Text that is cut off by the edge of the drawing. */
  readonly cut: readonly string[];
}

/** Questions to a page, answered by `page-script.js` in it. */
export class InPage {
  private constructor(private readonly page: Page) {}

  /** Brings the script into the page; its Content-Security-Policy does not bind the debugger. */
  static async of(page: Page): Promise<InPage> {
    await page.evaluate(IN_PAGE);
    return new InPage(page);
  }

  charts(): Promise<DrawnChart[]> {
    return this.#ask('charts');
  }

  /** How far each element can be scrolled sideways, CSS pixels. */
  sideways(selector: string): Promise<number[]> {
    return this.#ask('sideways', selector);
  }

  /** What stands in each element, as it is shown. */
  texts(selector: string): Promise<string[]> {
    return this.#ask('texts', selector);
  }

  /** Which of the elements are shown. */
  shown(selector: string): Promise<boolean[]> {
    return this.#ask('shown', selector);
  }

  attributes(selector: string, name: string): Promise<(string | null)[]> {
    return this.#ask('attributes', selector, name);
  }

  /** Unfolds everything that is folded. */
  unfold(): Promise<void> {
    return this.#ask('unfold');
  }

  bodyColours(): Promise<{ color: string; backgroundColor: string }> {
    return this.#ask('bodyColours');
  }

  /** Text of what has the focus. */
  focused(): Promise<string> {
    return this.#ask('focused');
  }

  /** What axe finds wrong, one line for each rule and element. */
  async violations(): Promise<string[]> {
    await this.page.evaluate(AXE);
    const results = (await this.page.evaluate(
      'axe.run(document, { resultTypes: ["violations"] })',
    )) as AxeResults;
    return results.violations.flatMap(({ id, help, nodes }) =>
      nodes.slice(0, 5).map(({ target }) => `${id}: ${help}: ${target.join(' ')}`),
    );
  }

  async #ask<T>(question: string, ...args: readonly string[]): Promise<T> {
    const call = `inPage.${question}(${args.map((arg) => JSON.stringify(arg)).join(', ')})`;
    return (await this.page.evaluate(call)) as T;
  }
}
