/** Tells whether a URL is https without credentials; plain http protects nothing, so only loopback may use it. */
export function isSecureUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '' || url.hash !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
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
