import type { FileStore } from '../../lambda/files/file-store.ts';
import { ToolFailure } from '../../lambda/tool-failure.ts';
import { toToolFailure } from '../../lambda/tools/answer/file-failure.ts';
import type { Tool, UntypedAnswer } from '../../lambda/tools/tool.ts';

/** A caller who wants no progress and sets no time limit. */
export const caller = {
  principal: {
    kind: 'user',
    issuer: 'https://casdoor.example.com',
    subject: 'alice',
    scopes: new Set<string>(),
    expiresAt: 0,
  },
  limits: { maxWriteBytes: 3 * 1024 ** 2 },
  signal: new AbortController().signal,
  reportProgress: async () => {},
} as const;

/**
 * Runs a tool as the MCP server does: with arguments as a client sends them, and failures as the model sees them. The
 * data of the answer must match the output schema exactly.
 */
export async function runTool(
  tool: Tool,
  input: Readonly<Record<string, unknown>>,
  files: FileStore,
): Promise<UntypedAnswer> {
  const answer = await tool.run(input, { ...caller, files }).catch((error: unknown) => {
    throw toToolFailure(error);
  });
  expect(answer.structured).toEqual(tool.output?.parse(answer.structured));
  return answer;
}

/** Runs a tool that must fail, and returns the sentence that the model is told. */
export async function failTool(
  tool: Tool,
  input: Readonly<Record<string, unknown>>,
  files: FileStore,
): Promise<string> {
  const outcome = await runTool(tool, input, files).catch((error: unknown) => error);
  if (outcome instanceof ToolFailure) return outcome.message;
  throw new Error(`${tool.name} did not fail as a tool does`, { cause: outcome });
}
