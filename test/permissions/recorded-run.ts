import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CallToolResult, Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { requestToken } from '../../local/authorization-server/request-token.ts';
import { startS3Server } from '../../local/s3/server.ts';
import { prepareStack, startStack } from '../support/local-stack.ts';
import { type Driver, driveTools } from './drive-tools.ts';
import type { AwsCall } from './iam-policy.ts';
import type { Template } from './intrinsics.ts';
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';
import { toS3Calls } from './s3-calls.ts';

/** The result of driving every tool of the local stack. */
export interface RecordedRun {
  /** The template that the stack ran. */
  readonly template: Template;
  readonly toolVisibility: readonly string[];
  /** The permissions that S3 required, by the tool that was called. */
  readonly callsOfTools: ReadonlyMap<string, readonly AwsCall[]>;
}

const credentials = { accessKeyId: 'local', secretAccessKey: 'local-secret' };

/** Runs the local stack on an S3 server behind a recording proxy, drives every tool, and stops it all again. */
export async function recordRun(): Promise<RecordedRun> {
  const stopping: (() => Promise<unknown>)[] = [];
  try {
    const directory = await mkdtemp(join(tmpdir(), 'recorded-s3-'));
    stopping.push(() => rm(directory, { recursive: true, force: true }));
    const server = await startS3Server({ directory, credentials });
    stopping.push(() => server.close());
    const proxy = await startRecordingProxy(server.url);
    stopping.push(() => proxy.close());
    const prepared = await prepareStack();
    stopping.push(() => prepared.remove());
    const { mcpUrl, issuer, stop } = await startStack({
      ...prepared.environment,
      S3_ENDPOINT: proxy.url,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    });
    stopping.push(stop);
    const client = await connect(mcpUrl, issuer);
    stopping.push(() => client.close());

    const { tools } = await client.listTools();
    // Up to here only the local stack itself has sent requests, for its bucket.
    proxy.take();
    const callsOfTools = new Map<string, readonly AwsCall[]>();
    await driveTools(createDriver(client, proxy, callsOfTools));
    const file = join(prepared.environment.LOCAL_DATA_DIR, 'cdk.out', 'Local.template.json');
    const template: Template = JSON.parse(await readFile(file, 'utf8'));
    return { template, toolVisibility: tools.map(({ name }) => name), callsOfTools };
  } finally {
    for (const stop of stopping.reverse()) await stop();
  }
}

/** Connects a client as a user with every permission. */
export async function connect(mcpUrl: string, issuer: string): Promise<Client> {
  const scope = 'files:list files:read files:write';
  const { access_token } = await requestToken({ issuer, resource: mcpUrl, scope, user: 'alice' });
  const client = new Client({ name: 'permissions', version: '1.0.0' });
  const requestInit = { headers: { authorization: `Bearer ${access_token}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(mcpUrl), { requestInit }));
  return client;
}

/** Attributes the requests that pass the proxy to the tool that was called. */
export function createDriver(
  client: Client,
  proxy: Pick<RecordingProxy, 'take'>,
  callsOfTools: Map<string, readonly AwsCall[]>,
): Driver {
  async function record<Answer>(tool: string, work: () => Promise<Answer>): Promise<Answer> {
    const answer = await work();
    callsOfTools.set(tool, [...(callsOfTools.get(tool) ?? []), ...proxy.take().flatMap(toS3Calls)]);
    return answer;
  }
  const call = (tool: string, args: object) =>
    record(tool, () => client.callTool({ name: tool, arguments: { ...args } }));

  return {
    async works(tool, args) {
      const answer = await call(tool, args);
      if (answer.isError) throw new Error(`${tool} failed with ${JSON.stringify(args)}: ${textOf(answer)}`);
      return { ...(answer.structuredContent ?? readFacts(answer)) };
    },
    async fails(tool, args, words) {
      const answer = await call(tool, args);
      if (answer.isError && textOf(answer).includes(words)) return;
      throw new Error(`${tool} should say "${words}" to ${JSON.stringify(args)}: ${textOf(answer)}`);
    },
    send: (tool, url, init) =>
      record(tool, async () => {
        const response = await fetch(String(url), init);
        await response.arrayBuffer();
        return response.status;
      }),
  };
}

function textOf({ content }: CallToolResult): string {
  return content.map((block) => (block.type === 'text' ? block.text : `<${block.type}>`)).join('\n');
}

/** Answers for a model have their facts in the last block. */
function readFacts({ content }: CallToolResult): object {
  const last = content.at(-1);
  return last?.type === 'text' ? JSON.parse(last.text) : {};
}
