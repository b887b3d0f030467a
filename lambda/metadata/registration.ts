/** The one client that the bridge hands out. */
export interface Registration {
  /** The id of a public client that is registered with the authorization server. */
  readonly clientId: string;
  /** Redirect URIs besides those of loopback: whole ones, or origins that allow everything below them. */
  readonly allowedRedirectUris: readonly string[];
}

/** More than any client sends. */
const mostBytes = 16_384;
const mostRedirectUris = 20;
const longestRedirectUri = 2_048;
const longestName = 200;

/** The loopback addresses of RFC 8252 section 7.3 with any port and path, matched as text, so that no two parsers disagree. */
const loopback = /^https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?(?:[/?]|$)/;

/** The characters of a URI (RFC 3986 section 2) without `#`, as a redirect URI has no fragment (RFC 6749 section 3.1.2). */
const characters = /^[A-Za-z][A-Za-z0-9+.-]*:[\w.~:/?[\]@!$&'()*+,;=%-]+$/;

/**
 * Answers a registration request (RFC 7591 section 3): a client whose redirect URIs are on this machine or allowed
 * gets 201 with the one client id, every other gets 400. Nothing is kept: the authorization server itself enforces
 * the redirect URIs of the client id, so an answer here grants nothing there.
 */
export function registerClient(body: string, { clientId, allowedRedirectUris }: Registration) {
  const client = readObject(body);
  if (!client) return refuse('invalid_client_metadata', `send a JSON object of at most ${mostBytes} bytes`);
  const {
    redirect_uris: redirectUris,
    grant_types: grants,
    response_types: responses,
    client_name: name,
  } = client;
  if (!isListOfTexts(redirectUris) || redirectUris.length === 0 || redirectUris.length > mostRedirectUris)
    return refuse('invalid_redirect_uri', `send redirect_uris, a list of 1 to ${mostRedirectUris} texts`);
  const stranger = redirectUris.findIndex((uri) => !isAllowed(uri, allowedRedirectUris));
  if (stranger >= 0)
    return refuse(
      'invalid_redirect_uri',
      `redirect_uris[${stranger}] is not allowed: use one on loopback, or ask the operator to add it to the setting allowedRedirectUris`,
    );
  if (lacks(grants, 'authorization_code'))
    return refuse('invalid_client_metadata', 'grant_types must have authorization_code');
  if (lacks(responses, 'code')) return refuse('invalid_client_metadata', 'response_types must have code');
  return toAnswer(201, {
    client_id: clientId,
    redirect_uris: redirectUris,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    ...(typeof name === 'string' && name.length <= longestName && { client_name: name }),
  });
}

function isAllowed(uri: string, allowed: readonly string[]): boolean {
  if (uri.length > longestRedirectUri || !characters.test(uri)) return false;
  return loopback.test(uri) || allowed.some((item) => uri === item || isBelow(uri, item));
}

/** An origin allows each of its paths. */
function isBelow(uri: string, item: string): boolean {
  return /^https:\/\/[^/]+$/.test(item) && uri.startsWith(`${item}/`);
}

function readObject(body: string): Readonly<Record<string, unknown>> | undefined {
  if (body.length > mostBytes) return undefined;
  try {
    const content: unknown = JSON.parse(body);
    return typeof content === 'object' && content !== null && !Array.isArray(content)
      ? { ...content }
      : undefined;
  } catch {
    return undefined;
  }
}

function isListOfTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/**
 * Tells whether the client sent a list that lacks the one thing the bridge can do. It may send no list (RFC 7591
 * section 2).
 */
function lacks(list: unknown, item: string): boolean {
  return list !== undefined && list !== null && !(Array.isArray(list) && list.includes(item));
}

/** RFC 7591 section 3.2.2. */
function refuse(error: 'invalid_redirect_uri' | 'invalid_client_metadata', description: string) {
  return toAnswer(400, { error, error_description: description });
}

function toAnswer(statusCode: number, content: object) {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify(content),
  };
}
