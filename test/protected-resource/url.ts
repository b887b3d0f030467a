/** Tells whether a URL leads to the machine that the suite runs on. There HTTP is as good as HTTPS. */
export function isOnThisMachine({ hostname }: URL): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

/** Tells whether a value is a URL with HTTPS, or one that leads to this machine. */
export function isSecureUrl(value: unknown): value is string {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const url = new URL(value);
  return url.protocol === 'https:' || (url.protocol === 'http:' && isOnThisMachine(url));
}
