import type { Method } from '../../lambda/mcp/method.ts';
import { isObject } from '../../lambda/mcp/params.ts';
import { createFileMethods } from '../../lambda/mcp/resources/methods.ts';

/**
 * The files that the suite reads as resources, by their paths. The suite's URIs `test://…` are our file URIs with
 * another beginning.
 */
export const fixtureFiles: Readonly<
  Record<string, { readonly mediaType: string; readonly content: Uint8Array }>
> = {
  'static-text': toText('This is the content of the static text resource.'),
  'static-binary': {
    mediaType: 'image/png',
    content: Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    ),
  },
  'template/123/data': toText('{"id":"123","templateTest":true,"data":"Data for ID: 123"}'),
};

/**
 * The deployed methods for files. Only the URIs begin as the suite expects, and the prompt argument that the suite
 * completes has no completions, because this server has no prompts.
 */
export const fixtureMethods: readonly Method[] = createFileMethods('test://').map((method) =>
  method.name === 'completion/complete' ? { ...method, run: completeFixture(method) } : method,
);

function completeFixture({ run }: Method): Method['run'] {
  return async (params, context) => {
    const { ref } = params;
    const isFixture = isObject(ref) && ref.type === 'ref/prompt' && ref.name === 'test_prompt_with_arguments';
    return isFixture ? { completion: { values: [] } } : run(params, context);
  };
}

function toText(text: string) {
  return { mediaType: 'text/plain; charset=utf-8', content: new TextEncoder().encode(text) };
}
