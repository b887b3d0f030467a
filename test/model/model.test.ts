import { createSeededRandom } from '../support/seeded-random.ts';
import { exploreAll } from './explore.ts';
import { runScenario } from './run.ts';
import type { Operation } from './sequential.ts';

const move = (path: string, to: string): Operation => ({ kind: 'move', path, to, overwrite: true });
const copy = (path: string, to: string): Operation => ({ kind: 'copy', path, to, overwrite: true });
const create: Operation = { kind: 'create', path: 'a', text: '<C>' };
const write: Operation = { kind: 'write', path: 'a', text: '<W>' };
const replace: Operation = { kind: 'replace', path: 'a', text: '<R>' };
const append = (text: string): Operation => ({ kind: 'append', path: 'a', text });
const edit = (old: string, text: string): Operation => ({ kind: 'edit', path: 'a', old, text });
const remove: Operation = { kind: 'delete', path: 'a' };
const restore: Operation = { kind: 'restore', path: 'a' };

const one = { a: 'xy' };

beforeEach(() => {
  // A caller who loses a race starts again at once.
  jest.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** Pairs whose requests meet in every order. */
const pairs: readonly [string, Readonly<Record<string, string>>, readonly Operation[]][] = [
  ['moves in opposite directions', one, [move('a', 'b'), move('b', 'a')]],
  ['moves of one file to two names', one, [move('a', 'b'), move('a', 'c')]],
  ['a move and a copy back', one, [move('a', 'b'), copy('b', 'a')]],
  ['a move and a deletion', one, [move('a', 'b'), remove]],
  ['a move and a plain write', one, [move('a', 'b'), write]],
  ['a move and an append', one, [move('a', 'b'), append('<1>')]],
  ['a move and a restoring', one, [move('a', 'b'), restore]],
  ['two appends', one, [append('<1>'), append('<2>')]],
  ['two appends to no file', {}, [append('<1>'), append('<2>')]],
  ['an append and a deletion', one, [append('<1>'), remove]],
  ['an append and a restoring', one, [append('<1>'), restore]],
  ['edits of two places', one, [edit('x', '<1>'), edit('y', '<2>')]],
  ['edits of one place', one, [edit('x', '<1>'), edit('x', '<2>')]],
  ['an edit and a restoring', one, [edit('x', '<1>'), restore]],
  ['a plain and a conditional write', one, [write, replace]],
  ['a conditional write and a restoring', one, [replace, restore]],
  ['a creation and a deletion', one, [create, remove]],
  ['a creation and an append', {}, [create, append('<1>')]],
  ['a deletion and a restoring', one, [remove, restore]],
  ['two deletions', one, [remove, remove]],
];

describe('two callers, in every order of their requests, with any one answer or request lost', () => {
  it.each(pairs)(
    '%s',
    async (_, files, operations) => {
      // When each write has its own etag, less can go wrong: those runs are among the random ones below.
      const scenario = { files, operations, faults: 1, hasContentEtags: true, learnsReplaced: false };
      const runs = await exploreAll((choose) => runScenario(scenario, choose));
      // Fewer would mean that the callers do not interleave.
      expect(runs).toBeGreaterThan(30);
    },
    600_000,
  );

  // Each has more requests, so most of these runs are among the random ones below.
  it.each<[string, readonly Operation[]]>([
    ['a plain and a conditional write', [write, replace]],
    ['a plain write and a deletion', [write, remove]],
    ['a move and a deletion', [move('a', 'b'), remove]],
  ])(
    '%s, which learn what they replace',
    async (_, operations) => {
      const scenario = { files: one, operations, faults: 1, hasContentEtags: true, learnsReplaced: true };
      const runs = await exploreAll((choose) => runScenario(scenario, choose));
      expect(runs).toBeGreaterThan(30);
    },
    600_000,
  );
});

describe('three callers, in 1,200 orders of their requests, with up to two answers or requests lost', () => {
  const operations: readonly [Operation, ...Operation[]] = [
    move('a', 'b'),
    move('b', 'a'),
    move('b', 'c'),
    copy('b', 'a'),
    copy('a', 'c'),
    write,
    replace,
    create,
    append('<A>'),
    edit('x', '<X>'),
    edit('y', '<Y>'),
    remove,
    restore,
  ];

  it.each([1, 2, 3])(
    'seed %i',
    async (seed) => {
      const random = createSeededRandom(seed);
      for (let run = 0; run < 400; run += 1) {
        // Each text names its caller, so that a version tells who made it.
        const chosen = [1, 2, 3].map((caller) => {
          const operation = random.pick(operations);
          return 'text' in operation ? { ...operation, text: `<${operation.text}${caller}>` } : operation;
        });
        const [hasContentEtags, learnsReplaced] = [random.chance(0.7), random.chance(0.5)];
        const scenario = { files: one, operations: chosen, faults: 2, hasContentEtags, learnsReplaced };
        await runScenario(scenario, (count) => random.below(count));
      }
    },
    600_000,
  );
});
