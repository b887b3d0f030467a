import type { CallTool } from '../tool-caller.ts';
import type { Operation, Outcome } from './history.ts';
import { readFailure } from './perform.ts';

/** What one call asks of all files in a directory. */
export type ManyOperation = { readonly dryRun: boolean } & (
  | {
      readonly kind: 'edit files';
      /** Empty for the root. */
      readonly directory: string;
      readonly oldText: string;
      readonly newText: string;
    }
  | {
      readonly kind: 'copy directory' | 'move directory';
      readonly source: string;
      readonly directory: string;
      readonly overwrite: boolean;
    }
  | { readonly kind: 'delete directory'; readonly directory: string }
);

/** What became of one file. */
export interface FileChange {
  readonly operation: Operation;
  readonly outcome: Outcome;
}

/**
 * Changes many files with the tool that is made for it, and reads what the caller is told of each. `paths` are all
 * files that there may be. An answer names the files that failed, and those that were edited. Of all others it tells
 * how many were changed.
 */
export async function performMany(
  call: CallTool,
  operation: ManyOperation,
  paths: readonly string[],
): Promise<readonly FileChange[]> {
  const { tool, args } = toCall(operation);
  const result = await call(tool, { ...args, dry_run: operation.dryRun });
  const from =
    operation.kind === 'copy directory' || operation.kind === 'move directory' ? operation.source : '';
  const below = from === '' ? operation.directory : from;
  const asked = paths.filter((path) => below === '' || path.startsWith(`${below}/`));
  const all = (outcome: Outcome) => asked.map((path) => ({ operation: toChange(operation, path), outcome }));
  const [{ text = '' } = {}, { text: json = '' } = {}] = result.content;
  if (result.isError) return all(readFailure(text));
  if (operation.dryRun) return all({ kind: 'not done', message: text });
  const { files } = JSON.parse(json) as { files: number };
  const [done = '', failures = ''] = text.split('\nFailed; unchanged unless it says otherwise:\n');
  const failed = new Map(readLines(failures).map(({ path, told }) => [path, readFailure(told)]));
  if (operation.kind === 'edit files') return toEdits(operation, { asked, done, files, failed });
  const batch = { made: files };
  return asked.map((path) => {
    const others: Outcome = files === 0 ? { kind: 'not done', message: text } : { kind: 'counted', batch };
    return { operation: toChange(operation, path), outcome: failed.get(path) ?? others };
  });
}

function toCall(operation: ManyOperation): { tool: string; args: object } {
  switch (operation.kind) {
    case 'edit files': {
      const { directory: path, oldText, newText } = operation;
      return { tool: 'edit_files', args: { path, old_text: oldText, new_text: newText } };
    }
    case 'delete directory':
      return { tool: 'delete_directory', args: { path: operation.directory } };
    default: {
      const { kind, source, directory: target, overwrite } = operation;
      const tool = kind === 'copy directory' ? 'copy_directory' : 'move_directory';
      return { tool, args: { source, target, overwrite } };
    }
  }
}

/** What the operation asks of the file at `path`. */
function toChange(operation: ManyOperation, path: string): Operation {
  switch (operation.kind) {
    case 'edit files': {
      const { oldText, newText } = operation;
      return { kind: 'replace', path, oldText, newText };
    }
    case 'delete directory':
      return { kind: 'delete', path, condition: { kind: 'none' } };
    default: {
      const kind = operation.kind === 'copy directory' ? 'copy' : 'move';
      const target = `${operation.directory}${path.slice(operation.source.length)}`;
      return {
        kind,
        source: path,
        path: target,
        condition: { kind: operation.overwrite ? 'none' : 'absent' },
      };
    }
  }
}

interface EditsAnswer {
  readonly asked: readonly string[];
  readonly done: string;
  readonly files: number;
  readonly failed: ReadonlyMap<string, Outcome>;
}

function toEdits(
  operation: ManyOperation & { kind: 'edit files' },
  { asked, done, files, failed }: EditsAnswer,
): readonly FileChange[] {
  const changed = new Map(
    readLines(done).flatMap(({ path, told }) => {
      const [, places, undo] = /^(\d+), undo with (\S+)$/.exec(told) ?? [];
      return undo === undefined ? [] : [[path, { places: Number(places), undo }] as const];
    }),
  );
  if (changed.size !== files) throw new Error(`${files} files were changed, and these are named: ${done}`);
  return asked.map((path) => {
    const told = changed.get(path);
    const change = toChange(operation, path);
    const unchanged: Outcome = { kind: 'not done', message: done };
    if (told === undefined) return { operation: change, outcome: failed.get(path) ?? unchanged };
    return {
      operation: { ...change, told } as Operation,
      outcome: { kind: 'counted', batch: { made: 1 } },
    };
  });
}

/** Lines of a path and what is told of it. */
function readLines(text: string): readonly { readonly path: string; readonly told: string }[] {
  return text.split('\n').flatMap((line) => {
    const [, path, told] = /^(\S+): (.*)$/.exec(line) ?? [];
    return path === undefined || told === undefined ? [] : [{ path, told }];
  });
}
