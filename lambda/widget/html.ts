/** Markup that is safe to put into a page. Made by {@link html} only, which escapes whatever it does not know to be safe. */
export class Html {
  constructor(readonly markup: string) {}

  toString(): string {
    return this.markup;
  }
}

/** What may stand in a template: nested markup goes in as it is, everything else is escaped. */
export type HtmlValue = Html | string | number | false | undefined | readonly HtmlValue[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** No text at all where the page must not say anything. */
export const NOTHING = new Html('');

/**
 * A template whose values are escaped for element content and for quoted attributes. Text from a log or a label file
 * therefore never becomes markup, wherever it stands; `false` and `undefined` leave no trace.
 */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let markup = parts[0] ?? '';
  values.forEach((value, i) => {
    markup += markupOf(value) + (parts[i + 1] ?? '');
  });
  return new Html(markup);
}

/** Text with every character that could end an element or an attribute written as an entity. */
export function escapeHtml(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

function markupOf(value: HtmlValue): string {
  if (value instanceof Html) return value.markup;
  if (value === undefined || value === false) return '';
  if (typeof value === 'object') return value.map(markupOf).join('');
  return escapeHtml(String(value));
}

const UNSEEN = /(?![\t\n])[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Text without control characters and marks that turn the writing direction, with which a page could show another
 * address than it holds.
 */
export function visible(text: string): string {
  return text.replace(UNSEEN, '\ufffd');
}
