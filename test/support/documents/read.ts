import type { FileStore } from '../../../lambda/files/file-store.ts';
import { readFile } from '../../../lambda/tools/read-file.ts';
import { createMemoryFileStore } from '../memory-file-store.ts';
import { failTool, runTool } from '../run-tool.ts';

type Input = Readonly<Record<string, unknown>>;

/** What `read_file` answers for a document with this name and content: its text and its facts. */
export async function readDocument(
  name: string,
  content: string | Uint8Array,
  input: Input = {},
  store?: FileStore,
) {
  const files = store ?? createMemoryFileStore({ files: { [name]: content } });
  const answer = await runTool(readFile, { path: name, ...input }, files);
  const blocks = 'content' in answer ? [...answer.content] : [];
  const last = blocks.pop();
  return {
    text: blocks.map((block) => (block.type === 'text' ? block.text : `<${block.type}>`)).join(''),
    facts: JSON.parse(last?.type === 'text' ? last.text : '{}'),
  };
}

/** The sentence with which `read_file` fails for such a document. */
export function failDocument(name: string, content: string | Uint8Array, input: Input): Promise<string> {
  return failTool(readFile, { path: name, ...input }, createMemoryFileStore({ files: { [name]: content } }));
}
