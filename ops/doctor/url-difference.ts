/** Says in what `actual` differs from `expected`, two URLs that are compared as text, by its usual causes. */
export function explainDifference(expected: string, actual: string): string {
  const [wanted, got] = [URL.parse(expected), URL.parse(actual)];
  if (wanted === null || got === null) return 'it is not a URL';
  // Another host is another place, whatever its scheme; a URN has none to compare.
  if (got.hostname !== wanted.hostname && got.hostname !== '') {
    return `it is another host, ${got.host} and not ${wanted.host}`;
  }
  if (got.protocol !== wanted.protocol) return `it is ${toScheme(got)} and not ${toScheme(wanted)}`;
  if (got.host !== wanted.host) return `it is another host, ${got.host} and not ${wanted.host}`;
  if (got.pathname !== wanted.pathname) return explainPaths(wanted.pathname, got.pathname);
  if (got.search !== wanted.search || got.hash !== wanted.hash) return 'the query or the fragment differs';
  if (actual.endsWith('/') !== expected.endsWith('/')) return explainSlash(actual);
  return 'it is spelled differently: upper case or a standard port';
}

function explainPaths(wanted: string, got: string): string {
  if (`${got}/` === wanted || got === `${wanted}/`) return explainSlash(got);
  if (got.endsWith(wanted)) {
    return `it begins with ${got.slice(0, -wanted.length)}, such as the stage of an API Gateway or a proxy's prefix`;
  }
  if (wanted.endsWith(got)) {
    return `it lacks ${wanted.slice(0, -got.length)}, such as the stage of an API Gateway or a proxy's prefix`;
  }
  return `it is another path, ${got} and not ${wanted}`;
}

function explainSlash(actual: string): string {
  return actual.endsWith('/') ? 'it has a slash at the end' : 'it has no slash at the end';
}

function toScheme(url: URL): string {
  return url.protocol.slice(0, -1);
}
