import * as z from 'zod';
import { defineTool, type Tool, type ToolDefinition } from '../../lambda/tools/tool.ts';

/** What a probe does when it is called. It takes no arguments. */
export type RunProbe = ToolDefinition<z.ZodObject, undefined>['run'];

/** A tool of the name `probe`, without an output schema, that does whatever a test lets it do. */
export function createProbe(run: RunProbe): Tool {
  return defineTool({
    name: 'probe',
    title: 'Probe',
    description: 'Whatever a test lets it do.',
    input: z.strictObject({}),
    hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    run,
  });
}
