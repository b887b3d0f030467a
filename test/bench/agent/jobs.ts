import type { AgentAnswer, AgentServer } from './server.ts';

/** Calls a tool, counts the call, and rejects when the tool answers with an error. */
export type Call = (tool: string, args: Readonly<Record<string, unknown>>) => Promise<AgentAnswer>;

/** How a sensible model does a job with the tools of one server. `toPath` makes the paths of that server. */
export type Plan = (call: Call, toPath: AgentServer['toPath']) => Promise<void>;

/** A job of an agent. */
export interface Job {
  readonly name: string;
  readonly title: string;
  /** The initial files, by their paths. */
  readonly files: Readonly<Record<string, string>>;
  /** Changes that somebody made to those files before the job, one after another. */
  readonly changes?: Readonly<Record<string, string>>;
  /** By the name of the server; a text says why its tools cannot do the job. */
  readonly plans: Readonly<Record<string, Plan | string>>;
  /** The expected files afterwards; undefined for a file that must not exist. */
  readonly result: Readonly<Record<string, string | undefined>>;
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const pad = (number: number, length = 2) => String(number).padStart(length, '0');

/** A document of about 250 words in which a product is named three times. */
function toDocument(number: number, product: string): string {
  const paragraphs = numbers(4).map(
    (part) =>
      `Step ${part} of chapter ${number}. Open the panel, check the value against the table below, and write the ` +
      'result into the log of the shift. When the value lies outside of the range, call the person on duty before ' +
      'anything else is touched, and note the time of the call.',
  );
  return [
    `# Chapter ${number}: working with ${product}`,
    ...paragraphs,
    `The settings of ${product} for chapter ${number} stand in its own file.`,
    `Questions about ${product} (chapter ${number}) go to the desk.`,
    '',
  ].join('\n\n');
}

const documentPaths = numbers(40).map((number) => `docs/chapter-${pad(number)}.md`);

/** The three lines of a document that name the product. */
function toNamedLines(number: number, product: string): readonly string[] {
  return toDocument(number, product)
    .split('\n')
    .filter((line) => line.includes(product));
}

const documents: Job = {
  name: 'documents',
  title: 'Build 40 documents, then rename a product in all of them',
  files: {},
  plans: {
    async 'this server'(call) {
      for (const [index, path] of documentPaths.entries()) {
        await call('write_file', { path, content: toDocument(index + 1, 'Aurora') });
      }
      const rename = { path: 'docs', old_text: 'Aurora', new_text: 'Borealis' };
      await call('edit_files', rename);
      await call('edit_files', { ...rename, dry_run: false });
    },
    async 'server-filesystem'(call, toPath) {
      await call('create_directory', { path: toPath('docs') });
      for (const [index, path] of documentPaths.entries()) {
        await call('write_file', { path: toPath(path), content: toDocument(index + 1, 'Aurora') });
      }
      // An edit replaces only the first place, so each line is an edit of its own.
      for (const [index, path] of documentPaths.entries()) {
        const edits = toNamedLines(index + 1, 'Aurora').map((line) => ({
          oldText: line,
          newText: line.replace('Aurora', 'Borealis'),
        }));
        await call('edit_file', { path: toPath(path), edits });
      }
    },
  },
  result: Object.fromEntries(documentPaths.map((path, index) => [path, toDocument(index + 1, 'Borealis')])),
};

const logLines = numbers(52_000).map((number) => {
  const time = new Date(1_760_000_000_000 + number * 977).toISOString();
  if (number === 31_337) {
    return `${time} ERROR payments: gave up after 3 ms, timeout_ms: 3 in config/payments.yaml is too short`;
  }
  return `${time} INFO orders: request ${number} answered in ${(number * 7) % 90} ms, status 200, node eu-${number % 7}`;
});

const log: Job = {
  name: 'log',
  title: 'Find the fault that a log of 5 MB tells of, and mend it',
  files: {
    'logs/app.log': `${logLines.join('\n')}\n`,
    'config/payments.yaml': 'retries: 2\ntimeout_ms: 3\nurl: https://payments.example\n',
  },
  plans: {
    async 'this server'(call) {
      await call('search_files', { path: 'logs/app.log', query: 'ERROR', limit: 20 });
      const edits = [{ old_text: 'timeout_ms: 3', new_text: 'timeout_ms: 3000' }];
      await call('edit_file', { path: 'config/payments.yaml', edits });
    },
    async 'server-filesystem'(call, toPath) {
      // It searches only names, and reads only from the start or from the end, so the middle is read with everything
      // else.
      await call('read_text_file', { path: toPath('logs/app.log') });
      const edits = [{ oldText: 'timeout_ms: 3', newText: 'timeout_ms: 3000' }];
      await call('edit_file', { path: toPath('config/payments.yaml'), edits });
    },
  },
  result: { 'config/payments.yaml': 'retries: 2\ntimeout_ms: 3000\nurl: https://payments.example\n' },
};

const handbook = `${numbers(300)
  .map(
    (number) =>
      `Line ${number}: the ${number % 5 === 0 ? 'port' : 'harbour'} opens at ${number % 24} o'clock.`,
  )
  .join('\n')}\n`;

const restore: Job = {
  name: 'restore',
  title: 'Bring back a file that somebody edited wrongly',
  files: { 'handbook.md': handbook },
  changes: { 'handbook.md': handbook.replaceAll('port', 'harbour') },
  plans: {
    async 'this server'(call) {
      const { texts } = await call('list_file_versions', { path: 'handbook.md', limit: 2 });
      const before = texts.join('\n').match(/^(?!.*\(latest\))(?<version>[0-9A-Za-z._-]{16,}) /m);
      await call('restore_file', { path: 'handbook.md', version_id: before?.groups?.version });
    },
    'server-filesystem': 'keeps no versions',
  },
  result: { 'handbook.md': handbook },
};

const moved = numbers(100).map((number) => `part-${number % 5}/note-${pad(number, 3)}.md`);

const directory: Job = {
  name: 'directory',
  title: 'Move a directory of 100 files',
  files: Object.fromEntries(moved.map((name) => [`inbox/${name}`, `# ${name}\n`])),
  plans: {
    async 'this server'(call) {
      const move = { source: 'inbox', target: 'archive/2026', dry_run: false };
      let cursor: string | undefined;
      do {
        // On a slow machine one call does not move all of them, and says so.
        const { texts } = await call('move_directory', cursor === undefined ? move : { ...move, cursor });
        cursor = JSON.parse(texts.at(-1) ?? '{}').next_cursor;
      } while (cursor !== undefined);
    },
    async 'server-filesystem'(call, toPath) {
      await call('create_directory', { path: toPath('archive') });
      await call('move_file', { source: toPath('inbox'), destination: toPath('archive/2026') });
    },
  },
  result: Object.fromEntries(
    moved.flatMap((name) => [
      [`archive/2026/${name}`, `# ${name}\n`],
      [`inbox/${name}`, undefined],
    ]),
  ),
};

/** The description of a service, about 80 lines long. */
function toService(number: number): string {
  const settings = numbers(70).map((line) => `  option_${pad(line)}: ${(line * number * 37) % 1_000}`);
  return [
    `service: worker-${pad(number)}`,
    `owner: team-${number % 4}`,
    `port: ${number % 9 === 0 ? 8443 : 9000 + number}`,
    'settings:',
    ...settings,
    '',
  ].join('\n');
}

const servicePaths = numbers(20).map((number) => `services/worker-${pad(number)}.yaml`);

const question: Job = {
  name: 'question',
  title: 'Answer from 20 files: which services listen on port 8443, and who owns them?',
  files: Object.fromEntries(servicePaths.map((path, index) => [path, toService(index + 1)])),
  plans: {
    async 'this server'(call) {
      const { texts } = await call('search_files', { path: 'services', query: 'port: 8443', context: 2 });
      requireAnswer(texts);
    },
    async 'server-filesystem'(call, toPath) {
      await call('list_directory', { path: toPath('services') });
      const { texts } = await call('read_multiple_files', { paths: servicePaths.map(toPath) });
      requireAnswer(texts);
    },
  },
  result: {},
};

/** The answer must be in what was read; otherwise the job is not done. */
function requireAnswer(texts: readonly string[]): void {
  const text = texts.join('\n');
  for (const words of ['worker-09', 'owner: team-1', 'worker-18', 'owner: team-2']) {
    if (!text.includes(words)) throw new Error(`the answer does not hold "${words}"`);
  }
}

/** The jobs, in the order of the results. */
export const jobs: readonly Job[] = [documents, log, restore, directory, question];
