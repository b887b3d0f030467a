import { randomUUID } from 'node:crypto';
import { type Finding, fail, ok } from '../doctor/finding.ts';
import { Refused, type ToolAnswer, type Visitor } from './visitor.ts';

/** The steps with one file, and what takes it away when they end early. */
export interface FileSteps {
  /** By name, in their order. A step finds what is wrong, or throws it. */
  readonly steps: Readonly<Record<string, () => Promise<Finding>>>;
  /** Deletes the file if it may be there; undefined when it cannot be. Never rejects. */
  cleanUp(): Promise<Finding | undefined>;
}

/** Creates the steps of one visitor around one file below `.smoke/` that nobody else has. */
export function createFileSteps(visitor: Visitor): FileSteps {
  const directory = `.smoke/${randomUUID()}`;
  const path = `${directory}/note.txt`;
  const contents = { first: `first ${randomUUID()}`, second: `second ${randomUUID()}` };
  const etags: { first?: unknown; second?: unknown } = {};
  let version: unknown;
  let tools: readonly string[] = [];
  let mayBeThere = false;
  let isDeleted = false;

  const steps = {
    connect: async () => ok(`revision ${await visitor.connect()}`),

    async tools() {
      tools = await visitor.listTools();
      const missing = ['list_files', 'read_file', 'write_file'].filter((name) => !tools.includes(name));
      if (missing.length === 0) return ok(`${tools.length} are listed`);
      return fail(`${missing.join()} not listed`, 'get a token with files:list, files:read and files:write');
    },

    async write() {
      const writing = call('write_file', { path, content: contents.first, create_only: true });
      // A write without an answer may have succeeded.
      mayBeThere = await writing.then(
        () => true,
        (error) => !(error instanceof Refused),
      );
      const { facts } = await writing;
      etags.first = facts.etag;
      version = facts.version_id;
      return ok(`${path}, etag ${facts.etag}`);
    },

    async version() {
      // A bucket that is not versioned answers without a version, one whose versioning is suspended with null.
      if (typeof version === 'string' && version !== 'null') return ok(`the write made version ${version}`);
      return fail(
        'the write made no version: what is overwritten or deleted in this bucket is gone for good',
        'aws s3api put-bucket-versioning --bucket NAME --versioning-configuration Status=Enabled',
      );
    },

    async read() {
      await requireContent(contents.first);
      return ok('the content comes back');
    },

    async list() {
      await requireNames(['note.txt']);
      return ok('the file is listed');
    },

    async overwrite() {
      const { facts } = await call('write_file', { path, content: contents.second, if_match: etags.first });
      etags.second = facts.etag;
      return ok(`with its etag, which is now ${facts.etag}`);
    },

    async conflict() {
      const args = { path, content: contents.first, if_match: etags.first };
      const { isError } = await visitor.call('write_file', args);
      if (!isError) throw new Error('write_file with the old etag was not refused');
      await requireContent(contents.second);
      return ok('a write with the old etag is refused, and the content is kept');
    },

    async delete() {
      if (!tools.includes('delete_file')) return skip(`deletion is off: ${path} stays`);
      await call('delete_file', { path, if_match: etags.second });
      isDeleted = true;
      return ok('the file is deleted');
    },

    async 'list again'() {
      if (!isDeleted) return skip('nothing was deleted');
      await requireNames([]);
      mayBeThere = false;
      return ok('the file is gone');
    },
  };

  async function call(tool: string, args: Readonly<Record<string, unknown>>): Promise<ToolAnswer> {
    const answer = await visitor.call(tool, args);
    if (answer.isError) throw new Error(`${tool} answers: ${answer.text}`);
    return answer;
  }

  async function requireContent(content: string): Promise<void> {
    const { text } = await call('read_file', { path });
    if (text !== content) throw new Error(`read_file answers "${text}" and not "${content}"`);
  }

  async function requireNames(expected: readonly string[]): Promise<void> {
    const { facts } = await call('list_files', { path: directory });
    const entries: readonly { name?: unknown }[] = Array.isArray(facts.entries) ? facts.entries : [];
    const names = entries.map(({ name }) => name).join();
    if (names === expected.join()) return;
    throw new Error(`list_files shows "${names}" in ${directory} and not "${expected.join()}"`);
  }

  return {
    steps,
    async cleanUp() {
      if (!mayBeThere) return undefined;
      const failure = await call('delete_file', { path }).then(() => undefined, String);
      // A write that failed has left nothing.
      if (failure === undefined || failure.includes('no file')) return ok(`${path} is not left behind`);
      return fail(`${path} may be left behind: ${failure}`, 'delete it');
    },
  };
}

function skip(found: string): Finding {
  return { status: 'skip', found };
}
