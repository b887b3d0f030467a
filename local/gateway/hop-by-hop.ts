/** Names of the headers that belong to one connection and go no further, in lower case (RFC 9110 section 7.6.1). */
export const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
