/** Tells whether a request comes from a web page on this machine. The stand-in serves no other browser clients. */
export function isLoopbackOrigin(origin: string): boolean {
  return /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(origin);
}
