/**
 * The header that carries the challenge a second time. Some gateways of AWS rename `WWW-Authenticate`; the response
 * mapping of `lib/file-server-api.ts` then restores it from this header, and removes this one.
 */
export const challengeTwin = 'x-mcp-challenge';
