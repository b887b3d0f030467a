/** Reads an absolute http or https URL; undefined for every other text. */
export function readWebUrl(text: string | undefined): URL | undefined {
  const url = URL.parse(text ?? '');
  return url !== null && ['http:', 'https:'].includes(url.protocol) ? url : undefined;
}

/** Tells whether tokens may go to this URL: https, or plain http on this machine. */
export function isSecure({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}
