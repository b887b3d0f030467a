import type * as z from 'zod';
import type { Principal } from '../auth/principal.ts';
import type { FileStore } from '../files/file-store.ts';
import { startWork, type WorkTime } from '../search/work-time.ts';
import { readArguments } from './input/arguments.ts';

/** What the operator allows one tool call. The function's settings hold this object, and it reaches the tools whole. */
export interface ToolLimits {
  /**
   * The most content that one call of `write_file` or `append_file` takes, in bytes after decoding. It does not
   * limit how large a file may become: `append_file` and `edit_file` work on files of up to 4 MiB, and uploads
   * have a limit of their own.
   */
  readonly maxWriteBytes: number;
}

/** What a tool works with. */
export interface ToolContext {
  /** The caller. */
  readonly principal: Principal;
  /** The caller's files. */
  readonly files: FileStore;
  readonly limits: ToolLimits;
  /** Aborted when the call runs out of time, early enough for an answer to reach the client. */
  readonly signal: AbortSignal;
  /**
   * Reports progress to a client that asked for it, and does nothing for any other. `progress` grows with every
   * call, up to `total` (MCP 2026-07-28 progress).
   */
  reportProgress(progress: number, total: number, message?: string): Promise<void>;
}

/** The same while the tool runs. */
export interface RunningContext extends ToolContext {
  /** How long it may work: what needs longer ends early and says where it goes on. */
  readonly time: WorkTime;
}

/** One part of what a model is given (MCP `ContentBlock`). */
export type ContentBlock =
  | { readonly type: 'text'; readonly text: string }
  /** `data` is base64. */
  | { readonly type: 'image' | 'audio'; readonly data: string; readonly mimeType: string }
  | { readonly type: 'resource'; readonly resource: EmbeddedText }
  | {
      readonly type: 'resource_link';
      readonly uri: string;
      readonly name: string;
      readonly mimeType?: string;
      /** Bytes. */
      readonly size?: number;
    };

/** A text and its address. */
export interface EmbeddedText {
  readonly uri: string;
  readonly mimeType: string;
  readonly text: string;
}

/**
 * A tool's answer: one text or several blocks for the model and, where the tool has an output schema, the same
 * facts as data for programs.
 */
export type ToolAnswer<Structured> = ForModel &
  (Structured extends object ? { readonly structured: Structured } : { readonly structured?: never });

/** A tool's answer of any type. */
export type UntypedAnswer = ForModel & { readonly structured?: Record<string, unknown> };

type ForModel = { readonly text: string } | { readonly content: readonly ContentBlock[] };

/** The hints of MCP `ToolAnnotations`. A tool sets all four, because the defaults suit no file tool. */
export interface ToolHints {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

/** One tool as its file defines it. Its scopes are in `scopes.ts`. */
export interface ToolDefinition<
  Input extends z.ZodObject,
  Output extends z.ZodObject | undefined,
  Name extends string = string,
> {
  readonly name: Name;
  readonly title: string;
  /** What a model needs to choose and use the tool. The sentence about scopes is added from the scope table. */
  readonly description: string;
  readonly input: Input;
  /** Absent when the answer is for a model only. */
  readonly output?: Output;
  readonly hints: ToolHints;
  /** Characters of its longest answer; named where a caller can ask for more than clients show unless told. */
  readonly maxCharacters?: number;
  /** Throws `ToolFailure` for what the model can correct. Anything else it throws is a bug or an outage. */
  run(input: z.infer<Input>, context: RunningContext): Promise<ToolAnswer<z.infer<Output>>>;
}

/** A tool as far as every request must know it. The rest is loaded when the tool is first called or listed. */
export interface ToolEntry<Name extends string = string> {
  readonly name: Name;
  /** True for a tool that makes a file disappear. It is not offered when the operator has turned deletion off. */
  readonly deletes?: true;
  /** Loads the tool, once in the life of the execution environment. */
  load(): Promise<Tool<Name>>;
}

/** A tool whose input and output types are hidden, so that different tools fit into one list. It is an entry too. */
export interface Tool<Name extends string = string> extends ToolEntry<Name> {
  readonly title: string;
  readonly description: string;
  readonly input: z.ZodObject;
  readonly output?: z.ZodObject | undefined;
  readonly hints: ToolHints;
  readonly maxCharacters?: number;
  /** Takes arguments as a client sent them. */
  run(input: unknown, context: ToolContext): Promise<UntypedAnswer>;
}

/**
 * Checks the types of a tool against each other, then hides all but its name. The tool reads its arguments by its
 * input schema, however clients write them, and throws `ArgumentFailure` for what the schema refuses.
 */
export function defineTool<
  Name extends string,
  Input extends z.ZodObject,
  Output extends z.ZodObject | undefined = undefined,
>(definition: ToolDefinition<Input, Output, Name>): Tool<Name> {
  const tool: Tool<Name> = {
    ...definition,
    load: () => Promise.resolve(tool),
    async run(given, context) {
      const input = readArguments(definition.input, given);
      const time = startWork(context.signal);
      try {
        const answer = await definition.run(input, { ...context, time });
        // Whether there is an output schema, which decides the type of the answer, is not known here.
        return answer as UntypedAnswer;
      } finally {
        time.end();
      }
    },
  };
  return tool;
}
