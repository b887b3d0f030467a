import type { WriteCondition } from '../../../lambda/files/file-store.ts';
import { createSeededRandom, type SeededRandom } from '../../support/seeded-random.ts';
import type { CallTool } from '../tool-caller.ts';
import type { RecordedCall } from './history.ts';
import { type FileOperation, perform } from './perform.ts';
import { type ManyOperation, performMany } from './perform-many.ts';

/** How a history is made. */
export interface CallersOptions {
  readonly seed: number;
  /** Callers at the same time, at least 1. */
  readonly callers: number;
  /** Files they share, half of them in each of two directories: an even number, at least 4. */
  readonly files: number;
  /** The total number of calls. */
  readonly operations: number;
  /** Whose files they are; every text that is written names it. @default alice */
  readonly owner?: string | undefined;
  /** Versions of files that belong to others. Callers ask for them now and then. */
  readonly versionsOfOthers?: (() => readonly string[]) | undefined;
  /** Called with every version that is learned. */
  readonly onVersion?: ((versionId: string) => void) | undefined;
  /** Called after each call with the number of calls so far. */
  readonly onProgress?: (done: number) => void;
}

/** What some caller has learned of a file, and what others may use. */
interface Knowledge {
  readonly etags: string[];
  readonly versionIds: string[];
  content: string;
}

/**
 * Lets callers change a few files at the same time, each choosing at random, and records what they were told. They
 * share what they learn, so that conditions often name what was there a moment ago. The same seed repeats the choices
 * as long as the answers come in the same order.
 */
export async function recordCalls(call: CallTool, options: CallersOptions): Promise<readonly RecordedCall[]> {
  const { seed, callers, files, operations, onVersion = () => {}, onProgress = () => {} } = options;
  const random = createSeededRandom(seed);
  const known = new Map<string, Knowledge>();
  for (let file = 0; file < files; file += 1) {
    const path = `${directories[file % 2]}/file-${Math.floor(file / 2)}.txt`;
    known.set(path, { etags: [], versionIds: [], content: '' });
  }
  const calls: RecordedCall[] = [];
  let begunCalls = 0;
  let endedCalls = 0;

  async function work(): Promise<void> {
    while (begunCalls < operations) {
      const id = begunCalls;
      begunCalls += 1;
      const chosen = chooseOperation(id, known, random, options);
      const begun = Date.now();
      const changes =
        'dryRun' in chosen
          ? await performMany(call, chosen, [...known.keys()])
          : [{ operation: chosen, outcome: await perform(call, chosen) }];
      const ended = Date.now();
      for (const { operation, outcome } of changes) {
        calls.push({ id, operation, outcome, begun, ended });
        const knowledge = known.get(operation.path);
        if (knowledge) learn(knowledge, operation, outcome);
        if ('versionId' in outcome) onVersion(outcome.versionId);
      }
      endedCalls += 1;
      onProgress(endedCalls);
    }
  }

  await Promise.all(Array.from({ length: callers }, work));
  return calls;
}

/** The two directories of the files. The names in both are the same. */
const directories = ['one', 'two'] as const;

function learn(
  knowledge: Knowledge,
  operation: RecordedCall['operation'],
  outcome: RecordedCall['outcome'],
): void {
  if ('etag' in outcome && outcome.etag !== undefined) knowledge.etags.push(outcome.etag);
  if ('versionId' in outcome) knowledge.versionIds.push(outcome.versionId);
  if (operation.kind === 'replace' && operation.told) knowledge.versionIds.push(operation.told.undo);
  if (outcome.kind === 'read') knowledge.content = outcome.content;
  if (outcome.kind === 'done' && operation.kind === 'write') knowledge.content = operation.content;
}

/** Weighted: appends, writes and reads are the most frequent. */
const kinds = [
  ...(['append', 'append', 'append', 'write', 'write', 'upload', 'edit', 'edit'] as const),
  ...(['copy', 'move', 'move', 'restore', 'delete', 'read', 'read'] as const),
  ...(['edit files', 'edit files', 'copy directory', 'move directory', 'delete directory'] as const),
] as const;

/** How many of the latest etags and versions a caller chooses from. */
const recent = 3;

/** Every text names its call, so that a version tells who made it. */
function chooseOperation(
  id: number,
  known: ReadonlyMap<string, Knowledge>,
  random: SeededRandom,
  { owner = 'alice', versionsOfOthers = () => [] }: CallersOptions,
): FileOperation | ManyOperation {
  const paths = [...known.keys()] as [string, ...string[]];
  const path = random.pick(paths);
  const source = random.pick(paths.filter((other) => other !== path) as [string, ...string[]]);
  const knowledge = known.get(path) ?? { etags: [], versionIds: [], content: '' };
  const kind = random.pick(kinds);
  const match = toMatch(knowledge, random);
  const free: WriteCondition = { kind: 'none' };
  const absent: WriteCondition = { kind: 'absent' };
  const mayMatch = random.pick([free, match]);
  const mayTake = random.pick<WriteCondition>([free, absent]);
  const dryRun = random.chance(0.1);
  const pickVersion = (own: readonly string[]) =>
    (random.chance(0.2) ? pickRecent(versionsOfOthers(), random) : undefined) ?? pickRecent(own, random);
  switch (kind) {
    case 'append':
      return {
        kind,
        path,
        content: `${owner}: append ${id}\n`,
        condition: random.chance(0.8) ? free : match,
      };
    case 'write':
    case 'upload': {
      const by = kind === 'upload' ? 'upload' : 'argument';
      return {
        kind: 'write',
        by,
        path,
        content: `${owner}: write ${id}\n`,
        condition: random.pick([free, match, match, absent]),
      };
    }
    case 'edit':
      return {
        kind,
        path,
        oldText: pickLine(knowledge, random),
        newText: `${owner}: edit ${id}\n`,
        condition: mayMatch,
      };
    case 'edit files': {
      const directory = random.pick(['', ...directories]);
      const oldText = pickLine(knowledge, random);
      return { kind, directory, oldText, newText: `${owner}: edit ${id}\n`, dryRun };
    }
    case 'copy directory':
    case 'move directory': {
      const isForth = random.chance(0.5);
      const [from, to] = isForth ? directories : [directories[1], directories[0]];
      return { kind, source: from, directory: to, overwrite: random.chance(0.5), dryRun };
    }
    case 'delete directory':
      return { kind, directory: random.pick(directories), dryRun };
    case 'copy': {
      const versionId = pickVersion(known.get(source)?.versionIds ?? []);
      const isOld = versionId !== undefined && random.chance(0.3);
      const condition = random.pick([free, match, absent]);
      return { kind, source, path, ...(isOld && { versionId }), condition };
    }
    case 'move':
      return { kind, source, path, condition: mayTake };
    case 'restore': {
      const versionId = pickVersion(knowledge.versionIds);
      if (versionId === undefined) return { kind: 'read', path };
      return { kind, path, versionId, condition: mayMatch };
    }
    case 'delete':
      return { kind, path, condition: mayMatch };
    default:
      return { kind: 'read', path };
  }
}

/** A line that was in the file a moment ago. */
function pickLine({ content }: Knowledge, random: SeededRandom): string {
  const lines = content.split('\n').filter((line) => line !== '');
  return `${random.pick([lines[0] ?? 'nothing', ...lines.slice(1)])}\n`;
}

function toMatch({ etags }: Knowledge, random: SeededRandom): WriteCondition {
  const etag = random.chance(0.8) ? etags.at(-1) : pickRecent(etags, random);
  return etag === undefined ? { kind: 'none' } : { kind: 'match', etag };
}

function pickRecent(items: readonly string[], random: SeededRandom): string | undefined {
  const latest = items.slice(-recent);
  return latest[random.below(Math.max(latest.length, 1))];
}
