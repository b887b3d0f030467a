import { isForResource, readText, readTexts } from '../../../lambda/auth/token-profile.ts';
import { toMetadataUrl } from '../../../lambda/metadata/protected-resource.ts';
import type { Check } from '../check.ts';
import type { Examination } from '../examination.ts';
import { type Finding, fail, NotApplicable, ok, Unavailable, warn } from '../finding.ts';
import type { JsonDocument } from '../http/document.ts';
import { explainDifference } from '../url-difference.ts';
import { isSecure, readWebUrl } from '../web-url.ts';

/** The document before the path of the URL, where RFC 9728 section 3.1 puts it and clients look first. */
export const atPath: Check = {
  name: 'metadata at path',
  examine: async (examination) => {
    if (new URL(examination.url).pathname === '/') throw new NotApplicable('the URL has no path');
    return findDocument(examination.places.path, examination);
  },
};

/** The document of the whole host, where clients look next. */
export const atRoot: Check = {
  name: 'metadata at root',
  examine: (examination) => findDocument(examination.places.root, examination),
};

async function findDocument(
  place: () => Promise<JsonDocument>,
  { answer, metadata }: Examination,
): Promise<Finding> {
  try {
    return ok((await place()).url);
  } catch (error) {
    if (!(error instanceof Unavailable && error.isAbsent)) throw error;
    const other = await metadata().catch(() => undefined);
    if (other !== undefined) return warn(error.message, `serve the document of ${other.url} here too`);
    if ((await answer()).status < 300) throw new NotApplicable('the server asks for no token');
    throw error;
  }
}

/** That the challenge leads to a document, best to one of the well-known places. */
export const named: Check = {
  name: 'metadata in challenge',
  examine: async ({ url, places }) => {
    const document = await places.named();
    const wellKnown = [toMetadataUrl(url), toMetadataUrl(new URL(url).origin)];
    if (wellKnown.includes(document.url)) return ok('the challenge leads to one of these documents');
    const remedy = `name ${wellKnown[0]} in the challenge: clients that lost the header look only there`;
    return warn(`the challenge leads elsewhere, to ${document.url}`, remedy);
  },
};

/** That every client reads the same, whichever place it looks at. */
export const identical: Check = {
  name: 'metadata identical',
  examine: async ({ url, places }) => {
    if (new URL(url).pathname === '/') throw new NotApplicable('the URL has no path');
    const documents = await Promise.all([places.path(), places.root()]).catch(() => undefined);
    if (documents === undefined) throw new NotApplicable('there are no two documents to compare');
    const [atPath, atRoot] = documents;
    if (atPath.text === atRoot.text) return ok('both documents are the same, byte by byte');
    const differing = ['resource', 'authorization_servers'].filter(
      (name) => JSON.stringify(atPath.json[name]) !== JSON.stringify(atRoot.json[name]),
    );
    if (differing.length === 0) {
      return warn('the two documents differ', 'serve one document at both places, and purge caches');
    }
    return fail(
      `the two documents differ in ${differing.join(' and ')}`,
      'serve one document at both places: clients that look at the other one sign in for something else',
    );
  },
};

/** That the metadata is about this URL exactly (RFC 9728 section 3.3). */
export const resource: Check = {
  name: 'metadata resource',
  examine: async ({ url, metadata }) => {
    const { json } = await metadata();
    const named = readText(json, 'resource');
    if (named === undefined) return fail('the metadata names no resource', `set resource to ${url}`);
    if (isForResource([named], url)) return ok(named);
    return fail(
      `${named} is not ${url}: ${explainDifference(url, named)}`,
      `connect clients to ${named}, or make it the URL that people type (the setting publicUrl)`,
    );
  },
};

/** That the metadata says where to sign in (MCP authorization, protected resource metadata). */
export const authorizationServers: Check = {
  name: 'metadata authorization_servers',
  examine: async ({ metadata }) => {
    const servers = readTexts((await metadata()).json, 'authorization_servers');
    const [first] = servers;
    if (first === undefined) {
      return fail('authorization_servers is empty', 'name the issuer there: for Casdoor its bare origin');
    }
    const issuer = readWebUrl(first);
    if (issuer === undefined)
      return fail(`"${first}" is not a URL`, 'name the issuer: for Casdoor its bare origin');
    if (!isSecure(issuer)) {
      return fail(`${first} is not https`, 'use the https URL: clients refuse to sign in over plain http');
    }
    if (issuer.pathname.startsWith('/.well-known/')) {
      const remedy = `name ${issuer.origin}: the issuer of Casdoor's tokens is its bare origin`;
      return fail(`${first} is the place of an application's metadata and no issuer`, remedy);
    }
    return ok(servers.length === 1 ? first : `${first}, of ${servers.length} the one that clients take`);
  },
};

/** The scopes of the server; `offline_access` is between the client and the authorization server. */
export const scopesSupported: Check = {
  name: 'metadata scopes_supported',
  examine: async ({ metadata }) => {
    const scopes = readTexts((await metadata()).json, 'scopes_supported');
    if (scopes.includes('offline_access')) {
      const remedy =
        'remove it: a resource server must not ask for it, and Casdoor refuses scopes it has not listed';
      return warn('scopes_supported contains offline_access', remedy);
    }
    if (scopes.length > 0) return ok(scopes.join(' '));
    return warn(
      'scopes_supported is empty',
      'list the scopes of the tools, so that clients know what to ask for',
    );
  },
};
