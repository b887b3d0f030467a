import { createListTools } from '../../../lambda/mcp/tool-list.ts';
import * as catalogue from '../../../lambda/tools/catalogue.ts';
import { scopesOfTools } from '../../../lambda/tools/scopes.ts';
import { createPerson, generations } from '../../e2e/mcp-clients.ts';
import { prepareStack, startStack } from '../../support/local-stack.ts';
import { type AgentServer, toAnswer } from './server.ts';

/** A tool as the server of the stack lists it. */
const list = { visibility: 'all', scopePrefix: '' } as const;

/** Starts the local stack with its own directory, and signs in to it with a client of the 1.x SDK. */
export async function startThisServer(): Promise<AgentServer> {
  const generation = generations['@modelcontextprotocol/sdk 1.x'];
  if (!generation) throw new Error('the end-to-end clients have changed: name the one that the bench uses');
  const { environment, remove } = await prepareStack();
  const stack = await startStack(environment);
  const person = createPerson(generation, stack.mcpUrl);
  await person.connect();
  const call = async (tool: string, args: Readonly<Record<string, unknown>>) =>
    toAnswer(await person.call(tool, { ...args }));

  /** Makes a URL with a tool that returns it as data. */
  async function makeUrl(tool: string, args: Readonly<Record<string, unknown>>) {
    const { structuredContent } = await person.call(tool, args);
    return structuredContent as { url: string; headers?: Record<string, string> } | undefined;
  }

  return {
    name: 'this server',
    toPath: (path) => path,
    call,
    listTools: async () => createListTools(Object.values(catalogue), scopesOfTools, list)(new Set()),
    async seed(path, content) {
      const made = await makeUrl('create_upload_url', { path, size: Buffer.byteLength(content) });
      const { url = '', headers = {} } = made ?? {};
      const answer = await fetch(url, { method: 'PUT', headers, body: content });
      if (!answer.ok) throw new Error(`the upload of ${path} answered ${answer.status}`);
    },
    async look(path) {
      const made = await makeUrl('create_download_url', { path });
      return made ? (await fetch(made.url)).text() : undefined;
    },
    async close() {
      await person.close();
      await stack.stop();
      await remove();
    },
  };
}
