/** One change of a header in an answer. */
export interface HeaderMapping {
  readonly action: 'append' | 'overwrite' | 'remove';
  /** In lower case. */
  readonly header: string;
  /** The text, or the header of the function's answer whose value is taken. */
  readonly source: { readonly text: string } | { readonly header: string };
}

/** The name that REST APIs give to the challenge (Amazon API Gateway developer guide, "Known issues"). */
const renamed = 'x-amzn-remapped-www-authenticate';

/** Headers that parameters may neither set nor read: "Reserved headers" of the page below. */
const reserved = new RegExp(
  '^(?:access-control-.*|apigw-.*|x-amz-.*|x-amzn-.*|authorization|connection|content-encoding|content-length|' +
    'content-location|forwarded|keep-alive|origin|proxy-authenticate|proxy-authorization|te|trailers|' +
    'transfer-encoding|upgrade|x-forwarded-for|x-forwarded-host|x-forwarded-proto|via)$',
);

/**
 * Reads one response parameter. Throws, naming `owner`, for what HTTP APIs would refuse, and for sources that nothing
 * here uses.
 * Amazon API Gateway developer guide, "Transform API requests and responses for HTTP APIs".
 */
export function readHeaderMapping(owner: string, destination: string, source: string): HeaderMapping {
  const [, action, header = ''] = /^(append|overwrite|remove):header\.([\w-]+)$/.exec(destination) ?? [];
  const [, from, text] = /^\$response\.header\.([\w-]+)$|^([^$]*)$/.exec(source) ?? [];
  if (!isAction(action)) throw new Error(`${owner}: the gateway has no response parameter ${destination}`);
  for (const name of [header, from ?? '']) {
    if (reserved.test(name.toLowerCase())) throw new Error(`${owner}: the gateway keeps ${name} for itself`);
  }
  if (from !== undefined) return { action, header: header.toLowerCase(), source: { header: from } };
  if (text !== undefined) return { action, header: header.toLowerCase(), source: { text } };
  throw new Error(`${owner}: give the response parameter ${destination} a text or a header, got ${source}`);
}

/**
 * Applies response parameters to the headers of a function's answer. Sources are read before anything changes. A header
 * that is missing changes nothing, which the documentation does not say.
 */
export function applyHeaderMappings(mappings: readonly HeaderMapping[], headers: Headers): void {
  const before = new Headers(headers);
  for (const { action, header, source } of mappings) {
    const value = 'text' in source ? source.text : before.get(source.header);
    if (action === 'remove') headers.delete(header);
    else if (value !== null && action === 'overwrite') headers.set(header, value);
    else if (value !== null) headers.append(header, value);
  }
}

/** Renames the challenge of a function's answer as REST APIs do. */
export function renameChallenge(headers: Headers): void {
  const challenge = headers.get('www-authenticate');
  if (challenge === null) return;
  headers.set(renamed, challenge);
  headers.delete('www-authenticate');
}

function isAction(text: string | undefined): text is HeaderMapping['action'] {
  return text === 'append' || text === 'overwrite' || text === 'remove';
}
