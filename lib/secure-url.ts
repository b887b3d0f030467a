/**
 * Tells whether a URL is https without credentials. Only loopback may use plain http, which protects nothing. What
 * `URL` would silently correct is refused (blanks, line ends, an upper-case host), because issuers are compared as text.
 */
export function isSecureUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || /[\s\p{Cc}]/u.test(text) || !isOriginAsWritten(text, url)) return false;
  if (url.username !== '' || url.password !== '' || url.hash !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}

/** Tells whether the text begins with the origin as `URL` writes it: lower case, and without a standard port. */
function isOriginAsWritten(text: string, { origin }: URL): boolean {
  return text.startsWith(origin) && /^(?:[/?#]|$)/.test(text.slice(origin.length));
}

function isLoopback(hostname: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

/** Tells whether a URL is an origin, written as issuers and origins are compared: no path, no slash, lower case. */
export function isSecureOrigin(text: string): boolean {
  return isSecureUrl(text) && new URL(text).origin === text;
}

/** Tells whether a URL can be this server's: a resource identifier (RFC 8707 section 2) at the path of its route. */
export function isSecureResource(text: string): boolean {
  return isSecureUrl(text) && `${new URL(text).origin}/mcp` === text;
}
