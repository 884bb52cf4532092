/** Elements that have no end tag. */
const VOID = new Set(['meta', 'link', 'img', 'br', 'hr', 'input']);
const TAG = /<(\/?)([a-zA-Z][\w-]*)((?:\s+[^\s"'>/=]+(?:="[^"]*")?)*)\s*(\/?)>/g;

/** What a page is made of, as far as tests ask. */
export interface Markup {
  /** Names of all elements, in order. */
  readonly elements: readonly string[];
  /** Names of all attributes that occur. */
  readonly attributes: ReadonlySet<string>;
  readonly ids: readonly string[];
}

/**
 * Reads a page the strict way: every `<` begins a well-formed tag with quoted attributes, and every element is closed
 * in order. Markup that slipped in from a log would fail here, or show as an element or attribute nobody wrote.
 * @throws Error naming the place
 */
export function readMarkup(page: string): Markup {
  const body = page.replace(/^<!doctype html>/, '').replace(/<(script|style)>[\s\S]*?<\/\1>/g, '<$1></$1>');
  const open: string[] = [];
  const elements: string[] = [];
  const attributes = new Set<string>();
  const ids: string[] = [];
  const rest = body.replace(TAG, (tag, end: string, name: string, written: string, selfClosed: string) => {
    if (end === '/') {
      const last = open.pop();
      if (last !== name) throw new Error(`</${name}> ends <${String(last)}>`);
      return '';
    }
    elements.push(name);
    for (const [, attribute = '', value = ''] of written.matchAll(/([^\s=]+)(?:="([^"]*)")?/g)) {
      attributes.add(attribute);
      if (attribute === 'id') ids.push(value);
    }
    if (selfClosed !== '/' && !VOID.has(name)) open.push(name);
    return tag === '' ? tag : '';
  });
  if (/[<>]/.test(rest)) throw new Error(`stray markup: ${/.{0,60}[<>].{0,60}/s.exec(rest)?.[0] ?? ''}`);
  if (open.length > 0) throw new Error(`never closed: ${open.join(', ')}`);
  return { elements, attributes, ids };
}

/** The page's text without markup, script and style. */
export function textOf(page: string): string {
  return page
    .replace(/<(script|style)>[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
}

/** What stands between the tags of the section with that id. */
export function sectionOf(page: string, id: string): string {
  return new RegExp(`<section id="${id}"[\\s\\S]*?</section>`).exec(page)?.[0] ?? '';
}
