/**
 * Tells whether a request of this `Origin` may be served (MCP Streamable HTTP, DNS rebinding): programs send
 * none, web clients must be listed, and pages on the user's own machine (the MCP Inspector) always may.
 */
export function isAllowedOrigin(origin: string | null, allowed: readonly string[]): boolean {
  if (origin === null || allowed.includes(origin)) return true;
  return /^https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/.test(origin);
}
