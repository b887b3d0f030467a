import type * as z from 'zod';
import type { Principal } from '../auth/principal.ts';
import type { FileStore } from '../files/file-store.ts';

/** What a tool works with: who calls, their files, and the signal that ends its time. */
export interface ToolContext {
  readonly principal: Principal;
  readonly files: FileStore;
  /** Aborted when the answer must be on its way, before the gateway gives up. */
  readonly signal: AbortSignal;
}

/** A tool's answer: the text a model reads, and the same facts as data for programs. */
export interface ToolAnswer<Output> {
  readonly text: string;
  readonly structured: Output;
}

/** The hints of MCP `ToolAnnotations`; all four, because their defaults suit no file tool. */
export interface ToolHints {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

/** One tool as its file defines it. Its scopes stand in `scopes.ts`. */
export interface ToolDefinition<Input extends z.ZodObject, Output extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  /** What a model needs to choose and use the tool; the scopes are added from the scope table. */
  readonly description: string;
  readonly input: Input;
  readonly output: Output;
  readonly hints: ToolHints;
  /** Throws `ToolFailure` for what the model can mend; anything else it throws is a bug or an outage. */
  run(input: z.infer<Input>, context: ToolContext): Promise<ToolAnswer<z.infer<Output>>>;
}

/** A tool whose types are closed over, so that tools of different inputs fit into one list. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  readonly hints: ToolHints;
  /** Takes arguments that `input` has parsed. */
  run(input: unknown, context: ToolContext): Promise<ToolAnswer<Record<string, unknown>>>;
}

/** Checks a tool's types against each other and closes over them. */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  definition: ToolDefinition<Input, Output>,
): Tool {
  return {
    ...definition,
    // The MCP server has parsed the arguments with `definition.input` before it calls.
    run: (input, context) => definition.run(input as z.infer<Input>, context),
  };
}

/** A failure that the model is told: `message` is a sentence it can act on. */
export class ToolFailure extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ToolFailure';
  }
}
