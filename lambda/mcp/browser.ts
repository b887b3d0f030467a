/** Tells whether a person opened the MCP URL in a browser: MCP clients ask for JSON or an event stream, or have a token. */
export function isBrowser({ method, headers }: Request): boolean {
  const isPage = /(?:^|,)\s*text\/html\b/i.test(headers.get('accept') ?? '');
  return method === 'GET' && isPage && !headers.has('authorization');
}

/** Sends a browser to the connect page at the root of the host. */
export function toConnectPage(): Response {
  return new Response(null, { status: 303, headers: { location: '/', vary: 'accept' } });
}
