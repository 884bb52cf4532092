/** What can be written as XML. Arrays become lists of `<item>`, as in every EC2 answer; `undefined` is left out. */
export type XmlValue =
  string | number | boolean | undefined | readonly XmlValue[] | { readonly [element: string]: XmlValue };

/** Characters XML 1.0 cannot hold even escaped; a caller's bad value may be quoted in an error message. */
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

const escape = (text: string): string =>
  text.replace(FORBIDDEN, '\ufffd').replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);

/** Writes the content of an element. */
export function xmlContent(value: XmlValue): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((item: XmlValue) => `<item>${xmlContent(item)}</item>`).join('');
  if (typeof value !== 'object') return escape(String(value));
  return Object.entries(value)
    .filter(([, child]) => child !== undefined)
    .map(([name, child]) => `<${name}>${xmlContent(child)}</${name}>`)
    .join('');
}
