import { NotApplicable, Unavailable } from '../finding.ts';
import type { Answer } from '../http/send.ts';

/** The challenge of a 401 (RFC 6750 section 3, RFC 9728 section 5.1), read as clients read it. */
export interface Challenge {
  readonly error: string | undefined;
  readonly scope: string | undefined;
  readonly resourceMetadata: string | undefined;
  /** True when the gateway renames the header, and its response mapping has brought it back. */
  readonly isRestored: boolean;
}

/** The name that some gateways of AWS give to the header. */
const remapped = 'x-amzn-remapped-www-authenticate';

/** Without the header clients find the metadata by its well-known path, and a 403 cannot ask for more scopes. */
const askForAll =
  'until then set initialScopes to all scopes, because clients cannot step up without the header';

/** Reads the challenge of an answer. Throws `Unavailable` unless it is one that clients act on. */
export function readChallenge({ status, headers }: Answer): Challenge {
  const value = headers.get('www-authenticate');
  if (value === null && status !== 401) throw new NotApplicable(`the answer is ${status} and not 401`);
  if (value === null && headers.has(remapped)) {
    throw new Unavailable(
      `the header is lost: it arrives as ${remapped}, which no client reads`,
      `API Gateway REST APIs and Lambda function URLs rename it: put an HTTP API with the response mapping of this project in front of the function; ${askForAll}`,
    );
  }
  if (value === null) {
    throw new Unavailable(
      'the header is lost, so that clients do not learn where to sign in',
      `send WWW-Authenticate: Bearer with every 401, and look for a proxy, CDN or authorizer that drops it; ${askForAll}`,
    );
  }
  if (!value.startsWith('Bearer ')) {
    throw new Unavailable(
      `the header begins with "${value.split(' ', 1)[0]}" and not with "Bearer "`,
      'send one challenge, Bearer with its parameters; clients compare the word as it is',
    );
  }
  return {
    error: findParameter(value, 'error'),
    scope: findParameter(value, 'scope'),
    resourceMetadata: findParameter(value, 'resource_metadata'),
    isRestored: headers.has(remapped),
  };
}

/** The first match wherever it stands: the official SDK looks no closer, in a description neither. */
function findParameter(challenge: string, name: string): string | undefined {
  const [, quoted, plain] = new RegExp(`${name}=(?:"([^"]+)"|([^\\s,]+))`).exec(challenge) ?? [];
  return quoted ?? plain;
}
