import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { Refused } from '../../lambda/auth/refusal.ts';
import { createHttpApiHandler } from '../../lambda/aws/http-api.ts';
import { createS3Client } from '../../lambda/aws/s3/client.ts';
import { createS3FileStore } from '../../lambda/aws/s3/file-store.ts';
import { readDirectoryPath, readFilePath } from '../../lambda/files/file-path.ts';
import { NoRoot, toRootPrefix } from '../../lambda/files/file-root.ts';
import type { FileStore } from '../../lambda/files/file-store.ts';
import { createMcpEndpoint } from '../../lambda/mcp/endpoint.ts';
import { createLog } from '../../lambda/telemetry/log.ts';
import * as catalogue from '../../lambda/tools/catalogue.ts';
import { chatgptTools } from '../../lambda/tools/chatgpt.ts';
import { allScopes, scopesOfTools } from '../../lambda/tools/scopes.ts';
import type { Tool } from '../../lambda/tools/tool.ts';
import { startS3Server } from '../../local/s3/server.ts';
import { accessTokens, type Certificate, createCertificate, signToken, userId } from '../support/casdoor.ts';
import { createTestKeySet, createTestVerifier } from '../support/test-verifier.ts';

/** The parts of an HTTP API event that replace those of a good call; `undefined` removes a member. */
export interface Attack {
  readonly body?: string | undefined;
  readonly isBase64Encoded?: boolean | undefined;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly rawPath?: string | undefined;
  readonly rawQueryString?: string | undefined;
  readonly method?: string;
  /** True for a token that no server may accept. */
  readonly mustBeRefused?: boolean;
}

/** The result of an attack. */
export interface Exchange {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
  /** The lines that were logged. */
  readonly log: string;
  readonly milliseconds: number;
}

/** The server under attack: its real handler, an S3 server, the attacker's root and a victim's. */
export interface Target {
  /** The attacker's token, with every scope. */
  readonly token: string;
  readonly certificate: Certificate;
  /** Every tool of the server. */
  readonly tools: readonly Tool[];
  /** Names and contents of the victim's files: they must appear nowhere. */
  readonly victimCanaries: readonly string[];
  /** The attacker's own contents and names: they may appear in an answer, but never in the log. */
  readonly ownCanaries: readonly string[];
  /** Where the victim's files lie in the bucket. */
  readonly victimPrefix: string;
  /** A cursor of the victim's, made for a listing of the victim's files. */
  readonly victimCursor: string;
  /** The version of the victim's file. */
  readonly victimVersion: string;
  send(attack: Attack): Promise<Exchange>;
  /** Rejects unless the victim's files are as they were. */
  requireVictimIntact(): Promise<void>;
  close(): Promise<void>;
}

const credentials = { accessKeyId: 'local', secretAccessKey: 'local-secret' };
/** The victim as the attacker knows it: by subject, and by the path of one file. */
export const victim = 'victim-0000';
export const victimPath = 'second.md';
/** The same value as in the deployed function. */
const functionTimeout = 28_000;
const { signal } = new AbortController();

/** A regular expression engine that backtracks takes forever on this text. */
export const hangingLine = `${'a'.repeat(50_000)}!`;

/** Starts the server with the files of both. */
export async function startTarget(): Promise<Target> {
  const directory = await mkdtemp(join(tmpdir(), 'hostile-s3-'));
  const s3 = await startS3Server({ directory, credentials });
  await s3.createBucket('bucket');
  const client = createS3Client({
    endpoint: s3.url,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials,
  });
  const certificate = await createCertificate();
  const lines: string[] = [];
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const open = (subject: string) => {
    const root = toRootPrefix('user', { kind: 'user', subject }, sha256);
    return createS3FileStore({ client, bucket: 'bucket', prefix: `files/${root}` });
  };
  const claims = { ...accessTokens['JWT-Standard'], scope: allScopes.join(' ') };
  const token = await signToken(certificate, claims);
  const entries = [...Object.values(catalogue), ...chatgptTools];
  const endpoint = createMcpEndpoint({
    verify: createTestVerifier({ keySet: createTestKeySet(certificate) }),
    challenge: {
      resourceMetadataUrl: 'https://mcp.example.com/prm',
      initialScopes: ['files:list', 'files:read'],
      scopePrefix: '',
    },
    allowedOrigins: ['https://claude.ai'],
    tools: entries,
    scopesOfTools,
    toolVisibility: 'all',
    limits: { maxWriteBytes: 3 * 1024 ** 2 },
    openFiles: ({ subject }) => openForCaller(open, subject),
    log: createLog({ service: 'files', write: (line) => lines.push(line) }),
    logPaths: false,
  });
  const handler = createHttpApiHandler(endpoint, {});

  const secret = randomUUID();
  const victimFiles = open(victim);
  const victimName = `victim-${randomUUID()}.md`;
  await write(victimFiles, victimName, secret);
  const guessed = await write(victimFiles, victimPath, secret);
  const ownFiles = open(userId);
  const ownName = `own-${randomUUID()}.md`;
  const ownContent = `own-${randomUUID()}`;
  await write(ownFiles, ownName, ownContent);
  await write(ownFiles, 'hanging.txt', hangingLine);
  await write(ownFiles, 'a.md', 'one\ntwo\nthree\n');

  async function send(attack: Attack): Promise<Exchange> {
    const begun = performance.now();
    lines.length = 0;
    const {
      statusCode = 0,
      headers = {},
      body = '',
    } = await handler(toEvent(token, attack), {
      awsRequestId: 'attack',
      getRemainingTimeInMillis: () => functionTimeout,
    });
    return {
      status: statusCode,
      headers,
      body,
      log: lines.join('\n'),
      milliseconds: performance.now() - begun,
    };
  }

  const victimToken = await signToken(certificate, { ...claims, sub: victim });
  const listed = await send({
    headers: { authorization: `Bearer ${victimToken}` },
    body: toCall('list_files', { limit: 1 }),
  });
  const victimCursor = String(JSON.parse(listed.body).result.structuredContent.next_cursor);

  return {
    token,
    certificate,
    tools: await Promise.all(entries.map((entry) => entry.load())),
    victimCanaries: [secret, victimName],
    ownCanaries: [ownName, ownContent],
    victimPrefix: `files/${toRootPrefix('user', { kind: 'user', subject: victim }, sha256)}`,
    victimCursor,
    victimVersion: guessed.versionId ?? '',
    send,
    async requireVictimIntact() {
      const { versions } = await victimFiles.listVersions(readFilePath(victimPath), { limit: 10, signal });
      const listing = await victimFiles.list(readDirectoryPath(''), { recursive: true, limit: 10, signal });
      const names = listing.entries.map(({ name }) => name).sort();
      if (versions.length === 1 && names.join() === [victimPath, victimName].sort().join()) return;
      throw new Error(`the victim has ${names.join()} and ${versions.length} versions`);
    },
    async close() {
      client.destroy();
      await s3.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Refuses a caller whose token names no root, as the deployed function does. */
function openForCaller(open: (subject: string) => FileStore, subject: string): FileStore {
  try {
    return open(subject);
  } catch (error) {
    if (!(error instanceof NoRoot)) throw error;
    throw new Refused({ code: 'missing_claim', claim: error.claim }, { cause: error });
  }
}

function write(files: FileStore, path: string, text: string) {
  const options = { mediaType: 'text/plain; charset=utf-8', condition: { kind: 'none' }, signal } as const;
  return files.write(readFilePath(path), new TextEncoder().encode(text), options);
}

/** The body that calls a tool. */
export function toCall(name: string, args: unknown): string {
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } });
}

function toEvent(token: string, attack: Attack): APIGatewayProxyEventV2 {
  const { headers = {}, method = 'POST', mustBeRefused: _, ...members } = attack;
  const sent: Attack['headers'] = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    authorization: `Bearer ${token}`,
    ...headers,
  };
  const event = {
    rawPath: '/mcp',
    rawQueryString: '',
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    isBase64Encoded: false,
    ...members,
    headers: Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== undefined)),
    requestContext: { domainName: 'mcp.example.com', http: { method } },
  };
  // The handler reads nothing else from an event, and an attack may remove what it reads.
  return event as unknown as APIGatewayProxyEventV2;
}
