import {
  type OAuthClientProvider as Provider,
  Client as Version2Client,
  StreamableHTTPClientTransport as Version2Transport,
  UnauthorizedError as Version2Unauthorized,
} from '@modelcontextprotocol/client';
import { UnauthorizedError as Version1Unauthorized } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client as Version1Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as Version1Transport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { type SignInOptions, signIn } from '../../local/authorization-server/sign-in.ts';

/** What a tool call brought, as far as the tests look at it. */
export interface ToolResult {
  readonly isError?: boolean | undefined;
  readonly content?: unknown;
  readonly structuredContent?: unknown;
  readonly [key: string]: unknown;
}

/** A client of somebody else's making, once it is connected. */
interface Connection {
  call(name: string, args: Record<string, unknown>): Promise<ToolResult>;
  listTools(): Promise<readonly string[]>;
  /** The URIs of the first page. */
  listResources(): Promise<readonly string[]>;
  /** The URI templates of files. */
  listTemplates(): Promise<readonly string[]>;
  /** The items of a resource. */
  readResource(uri: string): Promise<readonly object[]>;
  completePath(template: string, value: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** One generation of the SDK's client: how it connects, and how it takes the code from the browser. */
interface Generation {
  create(
    url: URL,
    provider: Provider,
  ): { connect(): Promise<Connection>; finish(callback: URLSearchParams): Promise<void> };
}

const info = { name: 'end-to-end-test', version: '1.0.0' };

/** What both generations call alike. */
function toResources(client: Version1Client | Version2Client) {
  return {
    listResources: async () => (await client.listResources()).resources.map(({ uri }) => uri),
    listTemplates: async () =>
      (await client.listResourceTemplates()).resourceTemplates.map(({ uriTemplate }) => uriTemplate),
    readResource: async (uri: string) => (await client.readResource({ uri })).contents,
    async completePath(template: string, value: string) {
      const ref = { type: 'ref/resource', uri: template } as const;
      return (await client.complete({ ref, argument: { name: 'path', value } })).completion.values;
    },
  };
}

const version1: Generation = {
  create(url, provider) {
    const transport = new Version1Transport(url, { authProvider: provider as never });
    const client = new Version1Client(info);
    return {
      finish: (callback) => transport.finishAuth(callback.get('code') ?? ''),
      async connect() {
        // The SDK's own types disagree under exactOptionalPropertyTypes.
        await client.connect(transport as never);
        return {
          call: (name, args) => client.callTool({ name, arguments: args }),
          listTools: async () => (await client.listTools()).tools.map(({ name }) => name),
          ...toResources(client),
          close: () => client.close(),
        };
      },
    };
  },
};

function version2(mode: 'legacy' | 'auto'): Generation {
  return {
    create(url, provider) {
      const transport = new Version2Transport(url, { authProvider: provider });
      const client = new Version2Client(info, { versionNegotiation: { mode } });
      return {
        finish: (callback) => transport.finishAuth(callback),
        async connect() {
          await client.connect(transport);
          return {
            call: (name, args) => client.callTool({ name, arguments: args }),
            listTools: async () => (await client.listTools()).tools.map(({ name }) => name),
            ...toResources(client),
            close: () => client.close(),
          };
        },
      };
    },
  };
}

/** The clients that nobody here wrote: the deployed generation, and the current one in both of its modes. */
export const generations: Readonly<Record<string, Generation>> = {
  '@modelcontextprotocol/sdk 1.x': version1,
  '@modelcontextprotocol/client 2.x in its legacy mode': version2('legacy'),
  '@modelcontextprotocol/client 2.x in its auto mode': version2('auto'),
};

/** A person before a client: signs in whenever the client sends them to the authorization server. */
export function createPerson(generation: Generation, mcpUrl: string, options: SignInOptions = {}) {
  const visits: URL[] = [];
  const provider = createProvider((url) => visits.push(url));
  let attempt = generation.create(new URL(mcpUrl), provider);
  let connection: Connection | undefined;

  /** Does the work, and once more after a sign-in when the client asked for one. */
  async function withSignIn<Result>(work: () => Promise<Result>, renew: () => void): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Version1Unauthorized) && !(error instanceof Version2Unauthorized)) throw error;
      const callback = await signIn(visits.at(-1) ?? '', options);
      await attempt.finish(callback.searchParams);
      renew();
      return work();
    }
  }

  return {
    /** The scopes that each visit to the authorization server asked for. */
    requestedScopes: () => visits.map((url) => url.searchParams.get('scope')?.split(' ').sort() ?? []),
    async connect() {
      connection = await withSignIn(
        () => attempt.connect(),
        () => {
          attempt = generation.create(new URL(mcpUrl), provider);
        },
      );
    },
    call: (name: string, args: Record<string, unknown>) =>
      withSignIn(
        () => use(connection).call(name, args),
        () => {},
      ),
    listTools: () => use(connection).listTools(),
    listResources: () => use(connection).listResources(),
    listTemplates: () => use(connection).listTemplates(),
    readResource: (uri: string) =>
      withSignIn(
        () => use(connection).readResource(uri),
        () => {},
      ),
    completePath: (template: string, value: string) => use(connection).completePath(template, value),
    close: () => use(connection).close(),
  };
}

function use(connection: Connection | undefined): Connection {
  if (!connection) throw new Error('connect first');
  return connection;
}

/** Keeps what a client keeps. It cannot refresh, so that every change of scope is a new sign-in. */
function createProvider(redirect: (url: URL) => void): Provider {
  const redirectUrl = 'http://127.0.0.1:6274/oauth/callback';
  const kept: { client?: never; tokens?: never; discovery?: never; verifier: string } = { verifier: '' };
  return {
    redirectUrl,
    clientMetadata: {
      client_name: 'End-to-end test',
      redirect_uris: [redirectUrl],
      grant_types: ['authorization_code'],
      token_endpoint_auth_method: 'none',
    },
    clientInformation: () => kept.client,
    saveClientInformation: (client) => void Object.assign(kept, { client }),
    tokens: () => kept.tokens,
    saveTokens: (tokens) => void Object.assign(kept, { tokens }),
    discoveryState: () => kept.discovery,
    saveDiscoveryState: (discovery) => void Object.assign(kept, { discovery }),
    redirectToAuthorization: redirect,
    codeVerifier: () => kept.verifier,
    saveCodeVerifier: (verifier) => void Object.assign(kept, { verifier }),
  };
}
