import { readText, readTexts } from '../../../lambda/auth/token-profile.ts';
import type { Check } from '../check.ts';
import type { Examination } from '../examination.ts';
import { isCasdoor } from '../facts/authorization-server.ts';
import { isBridge } from '../facts/bridge.ts';
import { type Finding, fail, NotApplicable, ok, warn } from '../finding.ts';
import type { JsonDocument } from '../http/document.ts';
import { explainDifference } from '../url-difference.ts';
import { isSecure, readWebUrl } from '../web-url.ts';

/** That clients find the authorization server's metadata. */
export const metadata: Check = {
  name: 'authorization server',
  examine: async ({ authorizationServer }) => {
    const document = await authorizationServer();
    return ok(isCasdoor(document) ? `${document.url} (Casdoor)` : document.url);
  },
};

/** That the metadata is of the issuer that was asked for (RFC 8414 section 3.3). */
export const issuer: Check = {
  name: 'issuer',
  examine: async ({ issuer: readIssuer, authorizationServer }) => {
    const expected = await readIssuer();
    const document = await authorizationServer();
    const named = readText(document.json, 'issuer') ?? '';
    if (named === expected) return ok(named);
    return fail(
      `"${named}" is not ${expected} of the metadata: ${explainDifference(expected, named)}`,
      isCasdoor(document)
        ? `make both the same: the setting casdoorUrl here, origin in Casdoor's app.conf there (without it Casdoor takes the Host header)`
        : `set the setting issuer to "${named}", letter by letter`,
    );
  },
};

/** That sign-in and token requests have somewhere to go. */
export const endpoints: Check = {
  name: 'endpoints',
  examine: async ({ authorizationServer }) => {
    const document = await authorizationServer();
    const { json } = document;
    for (const name of ['authorization_endpoint', 'token_endpoint']) {
      const endpoint = readWebUrl(readText(json, name));
      if (endpoint === undefined)
        return fail(`${name} is missing`, 'use an authorization server with this endpoint');
      if (!isSecure(endpoint)) {
        const how = isCasdoor(document) ? "origin in Casdoor's app.conf" : "the server's public URL";
        const remedy = `give it the public https address: ${how}, or the proxy's headers`;
        return fail(`${name} is ${endpoint}, which no client uses`, remedy);
      }
    }
    return ok('authorization and token endpoint are there');
  },
};

/** That clients may go on: they refuse an authorization server without PKCE (MCP authorization). */
export const pkce: Check = {
  name: 'pkce',
  examine: async ({ authorizationServer }) => {
    const methods = readTexts((await authorizationServer()).json, 'code_challenge_methods_supported');
    if (methods.includes('S256')) return ok('S256');
    const found = methods.length === 0 ? 'is missing' : `is ${methods.join(', ')}`;
    return fail(
      `code_challenge_methods_supported ${found}`,
      'turn on PKCE with S256: clients refuse to go on',
    );
  },
};

/** Whether the authorization server tells of our scopes; it need not, so this only informs. */
export const offeredScopes: Check = {
  name: 'scopes offered',
  examine: async ({ metadata: readMetadata, authorizationServer }) => {
    const wanted = readTexts((await readMetadata()).json, 'scopes_supported');
    const document = await authorizationServer();
    const offered = readTexts(document.json, 'scopes_supported');
    const missing = wanted.filter((scope) => !offered.includes(scope));
    if (missing.length === 0) return ok('the authorization server lists the scopes of this server');
    const found = `not listed by the authorization server: ${missing.join(' ')}`;
    return ok(isCasdoor(document) ? `${found}; Casdoor lists scopes only for each application` : found);
  },
};

/**
 * How a client gets its id. This check registers nothing at an authorization server, so it only informs. The
 * registration bridge keeps nothing, so it is tried.
 */
export const registration: Check = {
  name: 'client registration',
  examine: async (examination) => {
    const document = await examination.authorizationServer();
    if (isBridge(document, examination.url)) return examineBridge(examination, document);
    const byDocument = document.json.client_id_metadata_document_supported === true;
    const byRequest = readText(document.json, 'registration_endpoint') !== undefined;
    if (isCasdoor(document) && byRequest) {
      return ok('advertised, though Casdoor has it off unless dcrPolicy is open: give clients a client id');
    }
    if (byDocument || byRequest) {
      const ways = [
        ...(byDocument ? ['client id metadata documents'] : []),
        ...(byRequest ? ['registration'] : []),
      ];
      return ok(`advertised: ${ways.join(' and ')}`);
    }
    return ok('not advertised: give clients a client id');
  },
};

async function examineBridge({ send, tokenServer }: Examination, { json }: JsonDocument): Promise<Finding> {
  const endpoint = readWebUrl(readText(json, 'registration_endpoint'));
  if (!endpoint)
    return fail('the registration bridge names no registration_endpoint', 'deploy this version again');
  const { status, text } = await send(endpoint.href, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_name: 'doctor', redirect_uris: ['http://127.0.0.1/callback'] }),
  });
  const [, clientId] = /"client_id":"([\x20-\x7e]+?)"/.exec(text) ?? [];
  if (status !== 201 || clientId === undefined)
    return fail(
      `${endpoint.href} answers ${status} where the registration bridge answers 201`,
      'route POST /register to the metadata function, and look into its log',
    );
  const real = await tokenServer().then(({ json }) => json, ignoreNotApplicable);
  if (real?.authorization_response_iss_parameter_supported === true)
    return warn(
      `the registration bridge gives clients the id ${clientId}, but ${readText(real, 'issuer')} puts its own issuer into the answer (RFC 9207): clients that compare it refuse to go on`,
      'turn iss off for this client there, or give clients the id by hand and set clientRegistration to none',
    );
  return ok(`the registration bridge gives every client the id ${clientId}`);
}

function ignoreNotApplicable(error: unknown): undefined {
  if (!(error instanceof NotApplicable)) throw error;
}
