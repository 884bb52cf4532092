/** XML of settings: only what provisioning files need. */

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Text as it may stand in an element or a quoted attribute (XML 1.0 section 2.4). */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

/** `<name attributes>text</name>`, indented. */
export function element(depth: number, name: string, text: string | number, attributes = ''): string {
  return `${'  '.repeat(depth)}<${name}${attributes}>${escapeXml(String(text))}</${name}>`;
}

/** A comment; two hyphens would end it early (XML 1.0 section 2.5). */
export function comment(depth: number, text: string): string {
  return `${'  '.repeat(depth)}<!-- ${text.replaceAll('--', '- -')} -->`;
}

/** The lines of a document, the declaration first. Empty lines are left out. */
export function xmlDocument(...lines: readonly (string | undefined)[]): string {
  const kept = lines.filter((line) => line !== undefined && line !== '');
  return `${['<?xml version="1.0" encoding="UTF-8"?>', ...kept].join('\n')}\n`;
}
