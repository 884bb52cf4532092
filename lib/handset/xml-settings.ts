import { XMLParser } from 'fast-xml-parser';

interface XmlNode {
  readonly [name: string]: unknown;
}

type Leaf = readonly [path: readonly string[], text: string];

/**
 * The settings of an XML file: each text and each attribute, by what `keyOf` makes of the names on the way to it.
 * Attributes are `@name`; an `index` or `idx` attribute is part of the way, after its element.
 * @param keyOf undefined for what is no setting
 * @returns undefined where the text is no XML
 */
export function fromXml(
  text: string,
  keyOf: (path: readonly string[]) => string | undefined,
): ReadonlyMap<string, string> | undefined {
  const document = parse(text);
  if (document === undefined) return undefined;
  const settings = new Map<string, string>();
  for (const [path, value] of leaves(document, [])) {
    const key = keyOf(path);
    if (key !== undefined) settings.set(key, value);
  }
  return settings;
}

function parse(text: string): XmlNode | undefined {
  // Fanvil's text format begins with "<<", which is no XML.
  if (!/^\s*<[^<]/.test(text)) return undefined;
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    parseTagValue: false,
    parseAttributeValue: false,
    ignoreDeclaration: true,
  });
  try {
    return parser.parse(text) as XmlNode;
  } catch {
    return undefined;
  }
}

function* leaves(node: unknown, path: readonly string[]): Generator<Leaf> {
  if (typeof node === 'string') yield [path, node];
  else if (Array.isArray(node)) for (const each of node) yield* leaves(each, path);
  else if (typeof node === 'object' && node !== null) yield* inside(node as XmlNode, path);
}

function* inside(node: XmlNode, path: readonly string[]): Generator<Leaf> {
  const index = node['@index'] ?? node['@idx'];
  const here = typeof index === 'string' ? [...path, index] : path;
  for (const [name, value] of Object.entries(node)) {
    if (name === '@index' || name === '@idx' || name === '@perm') continue;
    yield* leaves(value, name === '#text' ? here : [...here, name]);
  }
  // An element with attributes alone is a setting without a value.
  if (Object.keys(node).every((name) => name.startsWith('@'))) yield [here, ''];
}
