import type { WriteCondition } from '../../../lambda/files/file-store.ts';
import { createSeededRandom, type SeededRandom } from '../../support/seeded-random.ts';
import type { CallTool } from '../tool-caller.ts';
import type { Operation, RecordedCall } from './history.ts';
import { perform } from './perform.ts';

/** How a history is made. */
export interface CallersOptions {
  readonly seed: number;
  /** Callers at the same time, at least 1. */
  readonly callers: number;
  /** Files they share. */
  readonly files: number;
  /** The total number of calls. */
  readonly operations: number;
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
  const { seed, callers, files, operations, onProgress = () => {} } = options;
  const random = createSeededRandom(seed);
  const known = new Map<string, Knowledge>();
  for (let file = 0; file < files; file += 1) {
    known.set(`file-${file}.txt`, { etags: [], versionIds: [], content: '' });
  }
  const calls: RecordedCall[] = [];
  let begunCalls = 0;

  async function work(): Promise<void> {
    while (begunCalls < operations) {
      const id = begunCalls;
      begunCalls += 1;
      const operation = chooseOperation(id, known, random);
      const begun = Date.now();
      const outcome = await perform(call, operation);
      calls.push({ id, operation, outcome, begun, ended: Date.now() });
      const knowledge = known.get(operation.path);
      if (knowledge) learn(knowledge, operation, outcome);
      onProgress(calls.length);
    }
  }

  await Promise.all(Array.from({ length: callers }, work));
  return calls;
}

function learn(knowledge: Knowledge, operation: Operation, outcome: RecordedCall['outcome']): void {
  if ('etag' in outcome && outcome.etag !== undefined) knowledge.etags.push(outcome.etag);
  if ('versionId' in outcome) knowledge.versionIds.push(outcome.versionId);
  if (outcome.kind === 'read') knowledge.content = outcome.content;
  if (outcome.kind === 'done' && operation.kind === 'write') knowledge.content = operation.content;
}

/** Weighted: appends, writes and reads are the most frequent. */
const kinds = [
  ...(['append', 'append', 'append', 'write', 'write', 'upload', 'edit', 'edit'] as const),
  ...(['copy', 'move', 'move', 'restore', 'delete', 'read', 'read'] as const),
] as const;

/** How many of the latest etags and versions a caller chooses from. */
const recent = 3;

/** Every text names its call, so that a version tells who made it. */
function chooseOperation(id: number, known: ReadonlyMap<string, Knowledge>, random: SeededRandom): Operation {
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
  switch (kind) {
    case 'append':
      return {
        kind,
        path,
        content: `append ${id}\n`,
        condition: random.chance(0.8) ? free : match,
      };
    case 'write':
    case 'upload': {
      const by = kind === 'upload' ? 'upload' : 'argument';
      return {
        kind: 'write',
        by,
        path,
        content: `write ${id}\n`,
        condition: random.pick([free, match, match, absent]),
      };
    }
    case 'edit': {
      const lines = knowledge.content.split('\n').filter((line) => line !== '');
      const oldText = random.pick([lines[0] ?? 'write 0', ...lines.slice(1)]);
      return { kind, path, oldText: `${oldText}\n`, newText: `edit ${id}\n`, condition: mayMatch };
    }
    case 'copy': {
      const versionId = pickRecent(known.get(source)?.versionIds ?? [], random);
      const isOld = versionId !== undefined && random.chance(0.3);
      const condition = random.pick([free, match, absent]);
      return { kind, source, path, ...(isOld && { versionId }), condition };
    }
    case 'move':
      return { kind, source, path, condition: mayTake };
    case 'restore': {
      const versionId = pickRecent(knowledge.versionIds, random);
      if (versionId === undefined) return { kind: 'read', path };
      return { kind, path, versionId, condition: mayMatch };
    }
    case 'delete':
      return { kind, path, condition: mayMatch };
    default:
      return { kind: 'read', path };
  }
}

function toMatch({ etags }: Knowledge, random: SeededRandom): WriteCondition {
  const etag = random.chance(0.8) ? etags.at(-1) : pickRecent(etags, random);
  return etag === undefined ? { kind: 'none' } : { kind: 'match', etag };
}

function pickRecent(items: readonly string[], random: SeededRandom): string | undefined {
  const latest = items.slice(-recent);
  return latest[random.below(Math.max(latest.length, 1))];
}
