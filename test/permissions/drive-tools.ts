/** How the tools are driven. */
export interface Driver {
  /** Calls a tool and returns its facts; rejects if it fails. */
  works(tool: string, args: object): Promise<Readonly<Record<string, unknown>>>;
  /** Calls a tool that must fail; rejects unless its message contains `words`. */
  fails(tool: string, args: object, words: string): Promise<void>;
  /** Sends a request to a presigned URL that a tool made, and returns its status. */
  send(tool: string, url: unknown, init?: RequestInit): Promise<number>;
}

const stale = '"0123456789abcdef0123456789abcdef"';
const unknownVersion = 'f'.repeat(32);
const long = 'one line of many\n'.repeat(10_000);
const bytes = Buffer.alloc(800 * 1024, 0).toString('base64');

/** Drives every tool on each of its paths to S3: what works, and what S3 refuses. Leaves files behind. */
export async function driveTools(driver: Driver): Promise<void> {
  await driver.works('whoami', {});
  await driveWriting(driver);
  await driveReading(driver);
  await driveListing(driver);
  await driveChanges(driver);
  await driveVersions(driver);
  await driveLinks(driver);
}

async function driveWriting({ works, fails }: Driver) {
  const file = { path: 'notes/a.md', content: 'first' };
  const { etag } = await works('write_file', { ...file, create_only: true });
  await fails('write_file', { ...file, create_only: true }, 'exists already');
  await works('write_file', { ...file, content: 'second', if_match: etag });
  await fails('write_file', { ...file, if_match: etag }, 'changed meanwhile');
  await fails('write_file', { path: 'none.md', content: '', if_match: stale }, 'no file');
  await fails('write_file', { path: 'notes', content: '', if_match: stale }, 'is a directory');
  await works('append_file', { path: 'notes/a.md', content: ' and more' });
  await works('append_file', { path: 'notes/b.md', content: 'created' });
  await fails('append_file', { path: 'notes/a.md', content: '', if_match: stale }, 'changed meanwhile');
  await fails('append_file', { path: 'none.md', content: '', create: false }, 'no file');
}

async function driveReading({ works, fails }: Driver) {
  const { version_id } = await works('write_file', { path: 'long.md', content: long });
  const page = await works('read_file', { path: 'long.md' });
  await works('read_file', { path: 'long.md', cursor: page.next_cursor });
  await works('read_file', { path: 'long.md', tail: 2 });
  await works('write_file', { path: 'long.md', content: `${long}and another` });
  await fails('read_file', { path: 'long.md', cursor: page.next_cursor }, 'changed meanwhile');
  await works('read_file', { path: 'long.md', version_id });
  await works('write_file', { path: 'empty.md', content: '' });
  await works('read_file', { path: 'empty.md' });
  await works('write_file', { path: 'large.bin', content: bytes, encoding: 'base64' });
  await works('read_file', { path: 'large.bin' });
  await works('read_multiple_files', { paths: ['long.md', 'none.md', 'notes'] });
  await works('get_file_info', { path: 'long.md', version_id });
  for (const tool of ['read_file', 'get_file_info']) {
    await works(tool, { path: 'notes/a.md' });
    await fails(tool, { path: 'none.md' }, 'no file');
    await fails(tool, { path: 'notes' }, 'is a directory');
    await fails(tool, { path: 'long.md', version_id: unknownVersion }, 'no version');
    await fails(tool, { path: 'long.md', version_id: 'none' }, 'no version');
  }
}

async function driveListing({ works }: Driver) {
  await works('list_files', {});
  await works('list_files', { path: 'nowhere' });
  await works('list_files', { recursive: true });
  await works('list_files', { glob: '**/*.md' });
  const page = await works('list_files', { limit: 1 });
  await works('list_files', { limit: 1, cursor: page.next_cursor });
  await works('list_files', { depth: 2, exclude: 'none', details: true });
  await works('search_files', { query: 'another' });
  await works('search_files', { query: 'another', mode: 'count', paths: ['notes', 'nowhere'] });
  await works('search_files', { glob: '*.md' });
  await works('search_files', { path: 'notes/a.md', query: 'second' });
}

async function driveChanges({ works, fails }: Driver) {
  const edits = [{ old_text: 'second', new_text: 'third' }];
  await works('edit_file', { path: 'notes/a.md', edits, dry_run: true });
  await works('edit_file', { path: 'notes/a.md', edits });
  await fails('edit_file', { path: 'notes/a.md', edits, if_match: stale }, 'changed meanwhile');
  await fails('edit_file', { path: 'none.md', edits }, 'no file');

  const everywhere = { path: 'notes', old_text: 'third', new_text: 'fourth' };
  await works('edit_files', everywhere);
  await works('edit_files', { ...everywhere, dry_run: false });

  const copy = { source: 'notes/a.md', target: 'copy.md' };
  const { etag } = await works('copy_file', copy);
  await fails('copy_file', copy, 'exists already');
  await works('copy_file', { ...copy, overwrite: true });
  await works('copy_file', { ...copy, source: 'notes/b.md', if_match: etag });
  await fails('copy_file', { ...copy, if_match: etag }, 'changed meanwhile');
  await fails('copy_file', { ...copy, source: 'none.md', overwrite: true }, 'no file');
  await fails('copy_file', { ...copy, source: 'notes', overwrite: true }, 'is a directory');

  await works('move_file', { source: 'copy.md', target: 'moved.md' });
  await fails('move_file', { source: 'copy.md', target: 'elsewhere.md' }, 'no file');
  await fails('move_file', { source: 'notes/b.md', target: 'moved.md' }, 'exists already');

  const directories = { source: 'notes', target: 'copies' };
  await works('copy_directory', directories);
  await works('copy_directory', { ...directories, dry_run: false });
  await fails('copy_directory', { ...directories, source: 'none' }, 'nothing at');
  const moved = { source: 'copies', target: 'moved/copies' };
  await works('move_directory', moved);
  await works('move_directory', { ...moved, dry_run: false });
  await works('move_directory', { source: 'moved', target: '', dry_run: false });
  await works('delete_directory', { path: 'copies' });
  await works('delete_directory', { path: 'copies', dry_run: false });
  await fails('delete_directory', { path: 'copies' }, 'nothing at');
}

async function driveVersions({ works, fails }: Driver) {
  const path = 'notes/a.md';
  const page = await works('list_file_versions', { path, limit: 1 });
  await works('list_file_versions', { path, limit: 1, cursor: page.next_cursor });
  await works('list_file_versions', { path, writers: true });
  await fails('list_file_versions', { path: 'none.md' }, 'no version');

  await fails('delete_file', { path, if_match: stale }, 'changed meanwhile');
  await fails('delete_file', { path: 'none.md' }, 'no file');
  await fails('delete_file', { path: 'notes' }, 'is a directory');
  const { version_id } = await works('delete_file', { path });
  const { versions } = await works('list_file_versions', { path });
  const [deletion] = versions as readonly { version_id: string }[];
  await fails('get_file_info', { path, version_id: deletion?.version_id }, 'is a deletion');
  await fails('restore_file', { path, version_id: deletion?.version_id }, 'is a deletion');
  await fails('restore_file', { path, version_id: unknownVersion }, 'no version');
  await works('restore_file', { path, version_id });
  await fails('restore_file', { path, version_id, if_match: stale }, 'changed meanwhile');
  await works('copy_file', { source: path, target: 'old.md', version_id });
}

async function driveLinks({ works, fails, send }: Driver) {
  const download = await works('create_download_url', { path: 'long.md' });
  requireStatus(await send('create_download_url', download.url), 200);
  await fails('create_download_url', { path: 'none.md' }, 'no file');

  const upload = async (more: object) => {
    const made = await works('create_upload_url', { path: 'up.txt', size: 3, ...more });
    const headers = made.headers as Record<string, string>;
    return send('create_upload_url', made.url, { method: 'PUT', headers, body: 'abc' });
  };
  requireStatus(await upload({ create_only: true }), 200);
  requireStatus(await upload({ create_only: true }), 412);
  requireStatus(await upload({ if_match: stale }), 412);
  requireStatus(await upload({}), 200);
}

function requireStatus(status: number, wanted: number): void {
  if (status !== wanted) throw new Error(`a presigned URL answered ${status}, not ${wanted}`);
}
