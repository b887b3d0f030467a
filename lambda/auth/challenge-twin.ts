/**
 * The header that carries the challenge a second time. Some gateways of AWS rename `WWW-Authenticate`; the response
 * mapping of `lib/file-server-api.ts` then writes it anew from this one, and takes this one away.
 */
export const challengeTwin = 'x-mcp-challenge';
