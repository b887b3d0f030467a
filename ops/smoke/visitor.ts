import {
  type CallToolResult,
  Client,
  InsufficientScopeError,
  SdkHttpError,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { readReason } from '../doctor/facts/refused-call.ts';
import { createBoundedFetch } from '../doctor/http/bounded-fetch.ts';

/** Where the round trip goes, and as whom. */
export interface Target {
  /** The MCP URL. */
  readonly url: string;
  readonly token: string;
  /** Of each request, in milliseconds. */
  readonly timeout: number;
}

/** What a tool answered. */
export interface ToolAnswer {
  readonly isError: boolean;
  /** The sentence or content: the first text of the answer. */
  readonly text: string;
  /** Empty where the tool has no output schema. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** A client of the official SDK, as other people's programs have it. */
export interface Visitor {
  /** Negotiates the newest revision that both sides speak, and answers it. */
  connect(): Promise<string>;
  listTools(): Promise<readonly string[]>;
  /** Rejects where there is no answer of the tool: with `Refused` where the server let nobody in. */
  call(tool: string, args: Readonly<Record<string, unknown>>): Promise<ToolAnswer>;
  close(): Promise<void>;
}

/** Thrown for a call that never reached its tool; the message holds the server's words. */
export class Refused extends Error {
  readonly remedy: string;

  constructor(message: string, remedy: string, cause: Error) {
    super(message, { cause });
    this.remedy = remedy;
  }
}

const moreScopes = 'get a token with files:list, files:read and files:write';
const askDoctor = 'run npm run doctor with this token, which names the cause';

/** Creates a visitor; it sends nothing yet. */
export function createVisitor({ url, token, timeout }: Target): Visitor {
  const client = new Client({ name: 'smoke', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    fetch: createBoundedFetch(timeout),
    requestInit: { headers: { authorization: `Bearer ${token}` } },
  });
  return {
    async connect() {
      await client.connect(transport, { timeout }).catch(explain);
      return client.getNegotiatedProtocolVersion() ?? 'unknown';
    },
    async listTools() {
      const { tools } = await client.listTools({}, { timeout }).catch(explain);
      return tools.map(({ name }) => name);
    },
    async call(tool, args) {
      const result = await client.callTool({ name: tool, arguments: args }, { timeout }).catch(explain);
      return toAnswer(result);
    },
    close: () => client.close(),
  };
}

/** The SDK's message says less than the body of the answer. */
function explain(error: unknown): never {
  if (error instanceof InsufficientScopeError) {
    const sentence = error.message.charAt(0).toLowerCase() + error.message.slice(1);
    throw new Refused(sentence, moreScopes, error);
  }
  if (!(error instanceof SdkHttpError)) throw error;
  const text = typeof error.data.text === 'string' ? error.data.text : error.message;
  const message = `the server answers ${error.status}: ${readReason(text) ?? text}`;
  throw error.status < 500 ? new Refused(message, askDoctor, error) : new Error(message, { cause: error });
}

function toAnswer({ isError = false, content, structuredContent }: CallToolResult): ToolAnswer {
  const [text = ''] = content.flatMap((block) => (block.type === 'text' ? [block.text] : []));
  return { isError, text, facts: typeof structuredContent === 'object' ? { ...structuredContent } : {} };
}
