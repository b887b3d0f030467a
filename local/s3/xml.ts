/**
 * What stands in an element: text, or child elements by name. A name with a list repeats its element, a name with
 * `undefined` has none. A list in place of the children holds groups of them in order, so that elements of
 * different names can alternate.
 */
export type XmlContent =
  | string
  | number
  | boolean
  | undefined
  | { [name: string]: XmlContent }
  | XmlContent[];

const declaration = '<?xml version="1.0" encoding="UTF-8"?>';

/** Writes an S3 response document. */
export function toDocument(name: string, content: XmlContent): string {
  const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';
  return `${declaration}\n<${name} xmlns="${namespace}">${toXml(content)}</${name}>`;
}

/** Writes an S3 error document. It has no namespace: some clients find no code in one that has (botocore). */
export function toErrorDocument(content: XmlContent): string {
  return `${declaration}\n<Error>${toXml(content)}</Error>`;
}

function toXml(content: XmlContent): string {
  if (typeof content !== 'object') return escapeText(String(content));
  if (Array.isArray(content)) return content.map(toXml).join('');
  return Object.entries(content).map(toElements).join('');
}

function toElements([name, content]: [string, XmlContent]): string {
  const elements = Array.isArray(content) ? content : [content];
  return elements
    .filter((element) => element !== undefined)
    .map((element) => `<${name}>${toXml(element)}</${name}>`)
    .join('');
}

function escapeText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: keys may hold control characters and S3 escapes them too
  return text.replace(/[<>&"'\u0000-\u001f]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The raw content of every element of this name, for the flat documents that S3 clients send. */
export function readElements(xml: string, name: string): string[] {
  const pattern = new RegExp(`<${name}(?:\\s[^>]*)?>([^]*?)</${name}\\s*>`, 'g');
  return Array.from(xml.matchAll(pattern), ([, content = '']) => content);
}

/** The unescaped text of the first element of this name. */
export function readText(xml: string, name: string): string | undefined {
  const [content] = readElements(xml, name);
  return content?.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (entity, decimal, hex, named) => {
    if (named !== undefined) return namedEntities[named] ?? entity;
    return String.fromCodePoint(decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal));
  });
}

const namedEntities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
