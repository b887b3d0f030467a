const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const quoted = '"(?:[^"\\\\]|\\\\.)*"';
const parameter = new RegExp(`(${token})[ \\t]*=[ \\t]*(?:"((?:[^"\\\\]|\\\\.)*)"|(${token}))`, 'y');
const scheme = new RegExp(`(${token})(?:[ ]+|$|(?=,))`, 'y');
const separator = /[ \t]*,?[ \t]*/y;

/** `#challenge` of RFC 9110 section 11.6.1, with `token68` and `auth-param` of section 11.2. */
const comma = '[ \\t]*,[ \\t]*';
const strictParameter = `${token}[ \\t]*=[ \\t]*(?:${quoted}|${token})`;
const parameters = `${strictParameter}(?:${comma}${strictParameter})*`;
const strictChallenge = `${token}(?: +(?:${parameters}|[A-Za-z0-9\\-._~+/]+=*))?`;
const strictHeader = new RegExp(`^${strictChallenge}(?:${comma}${strictChallenge})*$`);

/** Tells whether a `WWW-Authenticate` header is written as RFC 9110 section 11.6.1 has it. */
export function isWellFormed(header: string): boolean {
  return strictHeader.test(header);
}

/**
 * Reads the parameters of the first `Bearer` challenge in a `WWW-Authenticate` header: by lower-case name, every value
 * that was given (RFC 9110 section 11.6.1). Returns undefined if there is no such challenge. It reads more than the
 * grammar allows, as clients do.
 */
export function readBearerChallenge(
  header: string | null,
): ReadonlyMap<string, readonly string[]> | undefined {
  const challenges: { scheme: string; parameters: Map<string, string[]> }[] = [];
  let place = 0;
  const take = (pattern: RegExp) => {
    pattern.lastIndex = place;
    const match = pattern.exec(header ?? '');
    if (match) place = pattern.lastIndex;
    return match;
  };
  while (place < (header ?? '').length) {
    const from = place;
    take(separator);
    const named = take(parameter);
    const current = challenges.at(-1);
    if (named && current) {
      const [, name = '', quoted, plain] = named;
      const value = quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '';
      const key = name.toLowerCase();
      current.parameters.set(key, [...(current.parameters.get(key) ?? []), value]);
    } else {
      const begun = take(scheme);
      if (begun) challenges.push({ scheme: begun[1] ?? '', parameters: new Map() });
    }
    if (place === from) break;
  }
  return challenges.find((challenge) => challenge.scheme.toLowerCase() === 'bearer')?.parameters;
}
