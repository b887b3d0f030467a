import * as z from 'zod';
import { ToolFailure } from '../../lambda/tool-failure.ts';
import {
  type ContentBlock,
  defineTool,
  type Tool,
  type ToolAnswer,
  type ToolContext,
} from '../../lambda/tools/tool.ts';

const answer = { text: 'This is a simple text response for testing.' };

/** The smallest PNG: one pixel. */
const image: ContentBlock = {
  type: 'image',
  data: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  mimeType: 'image/png',
};

/** The smallest WAV: a header without samples. */
const audio: ContentBlock = {
  type: 'audio',
  data: 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=',
  mimeType: 'audio/wav',
};

const resource: ContentBlock = {
  type: 'resource',
  resource: { uri: 'test://embedded-resource', mimeType: 'text/plain', text: 'An embedded resource.' },
};

/** The tools that the suite calls by name. Each does only what the suite expects of it. */
export const fixtureTools: readonly Tool[] = [
  createTool('test_simple_text', async () => answer),
  createTool('test_image_content', async () => ({ content: [image] })),
  createTool('test_audio_content', async () => ({ content: [audio] })),
  createTool('test_embedded_resource', async () => ({ content: [resource] })),
  createTool('test_multiple_content_types', async () => ({
    content: [{ type: 'text', ...answer }, image, resource],
  })),
  createTool('test_error_handling', async () => {
    throw new ToolFailure('This tool intentionally returns an error for testing');
  }),
  createTool('test_tool_with_progress', async ({ reportProgress }) => {
    for (const progress of [0, 50, 100]) await reportProgress(progress, 100);
    return answer;
  }),
  createTool('test_logging_tool', async () => answer),
  // Asks the user for nothing, like every tool of this server: its stream must hold only the answer.
  createTool('test_streaming_elicitation', async () => answer),
  createTool('json_schema_2020_12_tool', async () => answer, createSchema202012()),
  createTool(
    'test_header_parameter',
    async () => answer,
    z.strictObject({ region: z.string().meta({ 'x-mcp-header': 'Region' }) }),
  ),
];

function createTool(
  name: string,
  run: (context: ToolContext) => Promise<ToolAnswer<undefined>>,
  input: z.ZodObject = z.strictObject({}),
): Tool {
  return defineTool({
    name,
    title: name,
    description: 'A fixture of the conformance suite.',
    input,
    hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    run: (_input, context) => run(context),
  });
}

/** The keywords of JSON Schema 2020-12 that must reach the client: zod writes the content of `meta` unchanged. */
function createSchema202012(): z.ZodObject {
  const street = { street: z.string().optional(), city: z.string().optional() };
  return z
    .strictObject({
      name: z.string().optional(),
      address: z.object(street).meta({ id: 'address', $anchor: 'addressDef' }).optional(),
      contactMethod: z.enum(['phone', 'email']).optional(),
      phone: z.string().optional(),
      email: z.string().optional(),
    })
    .meta({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
      if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { required: ['phone'] },
      else: { required: ['email'] },
    });
}
