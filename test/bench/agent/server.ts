/** A server in the bench, with the files of one job. Paths are those of the job, such as `docs/a.md`. */
export interface AgentServer {
  /** Its name in the results. */
  readonly name: string;
  /** The path as a caller of this server writes it. */
  toPath(path: string): string;
  listTools(): Promise<readonly ListedTool[]>;
  call(tool: string, args: Readonly<Record<string, unknown>>): Promise<AgentAnswer>;
  /** Puts a file there in a way that is not counted. */
  seed(path: string, content: string): Promise<void>;
  /** Reads a file in a way that is not counted; undefined if it does not exist. */
  look(path: string): Promise<string | undefined>;
  close(): Promise<void>;
}

/** What a model is given of a tool in every conversation. */
export interface ListedTool {
  readonly name: string;
  readonly description?: string | undefined;
  readonly inputSchema: object;
}

/** What a model is given of an answer. */
export interface AgentAnswer {
  readonly texts: readonly string[];
  readonly isError: boolean;
}

/** Takes the text blocks of a tool result, which is what a model reads. */
export function toAnswer(result: Readonly<Record<string, unknown>>): AgentAnswer {
  const blocks = (result.content ?? []) as readonly { readonly type: string; readonly text?: string }[];
  return {
    texts: blocks.flatMap(({ type, text }) => (type === 'text' && text !== undefined ? [text] : [])),
    isError: result.isError === true,
  };
}
