import type { CallTool, ToolResult } from '../tool-caller.ts';

/** The content that every round begins with: long enough that a read takes several windows of the text. */
const lines = Array.from({ length: 200 }, (_, index) => `line ${index}\n`).join('');

/**
 * One round of a caller's work in its own directory: nine calls, each with a known answer. Returns the answers that
 * were wrong; nothing if all were right.
 */
export async function workOnce(call: CallTool, caller: number, round: number): Promise<readonly string[]> {
  const wrong: string[] = [];
  const directory = `caller-${caller}`;
  const path = `${directory}/round-${round % 10}.txt`;
  const copy = `${directory}/copy-${round % 10}.txt`;
  const name = `name ${caller} ${round}\n`;
  const expect = (what: string, holds: boolean, result: ToolResult) => {
    if (!holds) wrong.push(`${what} answered ${JSON.stringify(result).slice(0, 300)}`);
  };

  const written = await call('write_file', { path, content: name + lines });
  expect('write_file', written.structuredContent?.size === Buffer.byteLength(name + lines), written);
  const appended = await call('append_file', { path, content: 'end\n' });
  expect('append_file', appended.isError !== true, appended);
  const read = await call('read_file', { path });
  expect('read_file', textOf(read) === `${name}${lines}end\n`, read);
  const edits = [{ old_text: 'line 100\n', new_text: `edited ${round}\n` }];
  const edited = await call('edit_file', { path, edits, if_match: appended.structuredContent?.etag });
  expect('edit_file', textOf(edited).includes(`+edited ${round}\n`), edited);
  const found = await call('search_files', { path: directory, query: name.trim() });
  expect('search_files', textOf(found).includes(path), found);
  const copied = await call('copy_file', { source: path, target: copy, overwrite: true });
  expect('copy_file', copied.structuredContent?.path === copy, copied);
  const info = await call('get_file_info', { path: copy });
  expect('get_file_info', info.structuredContent?.etag === copied.structuredContent?.etag, info);
  const listed = await call('list_files', { path: directory });
  expect('list_files', textOf(listed).includes(`copy-${round % 10}.txt`), listed);
  const deleted = await call('delete_file', { path: copy });
  expect(
    'delete_file',
    deleted.structuredContent?.version_id === copied.structuredContent?.version_id,
    deleted,
  );
  return wrong;
}

function textOf({ content }: ToolResult): string {
  return content[0]?.text ?? '';
}
