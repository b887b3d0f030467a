import type * as z from 'zod';
import type { Principal } from '../auth/principal.ts';
import type { FileStore } from '../files/file-store.ts';

/** What a tool works with: who calls, their files, and the signal that ends its time. */
export interface ToolContext {
  readonly principal: Principal;
  readonly files: FileStore;
  /** The largest file that a tool may write from an argument, in bytes. */
  readonly maxWriteBytes: number;
  /** Aborted when the answer must be on its way, before the gateway gives up. */
  readonly signal: AbortSignal;
  /**
   * Tells a client that asked for it how far the work is, and any other nothing. `progress` grows with every
   * call, up to `total` (MCP 2026-07-28 progress).
   */
  reportProgress(progress: number, total: number, message?: string): Promise<void>;
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

/** A text with the address it is known by. */
export interface EmbeddedText {
  readonly uri: string;
  readonly mimeType: string;
  readonly text: string;
}

/**
 * A tool's answer: what a model is given, one text or several blocks, and the same facts as data for programs
 * where the tool has an output schema.
 */
export type ToolAnswer<Structured> = ForModel &
  (Structured extends object ? { readonly structured: Structured } : { readonly structured?: never });

/** A tool's answer whose type is closed over. */
export type UntypedAnswer = ForModel & { readonly structured?: Record<string, unknown> };

type ForModel = { readonly text: string } | { readonly content: readonly ContentBlock[] };

/** The hints of MCP `ToolAnnotations`; all four, because their defaults suit no file tool. */
export interface ToolHints {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

/** One tool as its file defines it. Its scopes stand in `scopes.ts`. */
export interface ToolDefinition<Input extends z.ZodObject, Output extends z.ZodObject | undefined> {
  readonly name: string;
  readonly title: string;
  /** What a model needs to choose and use the tool; the scopes are added from the scope table. */
  readonly description: string;
  readonly input: Input;
  /** Left out where the answer is for a model only. */
  readonly output?: Output;
  readonly hints: ToolHints;
  /** True for a tool that makes a file disappear: it is not offered where the operator turned deletion off. */
  readonly deletes?: true;
  /** Throws `ToolFailure` for what the model can mend; anything else it throws is a bug or an outage. */
  run(input: z.infer<Input>, context: ToolContext): Promise<ToolAnswer<z.infer<Output>>>;
}

/** A tool whose types are closed over, so that tools of different inputs fit into one list. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: z.ZodObject;
  readonly output?: z.ZodObject | undefined;
  readonly hints: ToolHints;
  readonly deletes?: true;
  /** Takes arguments that `input` has parsed. */
  run(input: unknown, context: ToolContext): Promise<UntypedAnswer>;
}

/** Checks a tool's types against each other and closes over them. */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject | undefined = undefined>(
  definition: ToolDefinition<Input, Output>,
): Tool {
  return {
    ...definition,
    // The MCP server has parsed the arguments with `definition.input` before it calls; whether there is an
    // output schema, which decides the type of the answer, is no longer known here.
    run: (input, context) => definition.run(input as z.infer<Input>, context) as Promise<UntypedAnswer>,
  };
}
