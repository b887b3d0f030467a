import { createHash } from 'node:crypto';
import type { WriteCondition } from '../../../lambda/files/file-store.ts';
import { checkHistory } from './check.ts';
import type { HeldVersion, Operation, Outcome, RecordedCall } from './history.ts';

const free: WriteCondition = { kind: 'none' };
const absent: WriteCondition = { kind: 'absent' };

function toEtag(content: string): string {
  return `"${createHash('md5').update(content).digest('hex')}"`;
}

const match = (content: string): WriteCondition => ({ kind: 'match', etag: toEtag(content) });

/** A version with this name, made at this time; without content it is a deletion. */
function version(versionId: string, created: number, content?: string): HeldVersion {
  return {
    versionId,
    created,
    earliest: created,
    content,
    etag: content === undefined ? '' : toEtag(content),
  };
}

/** A call that runs from one time to another. */
function call(operation: Operation, outcome: Outcome, [begun, ended] = [0, 100]): RecordedCall {
  calls += 1;
  return { id: calls, operation, outcome, begun, ended };
}
let calls = 0;

const done = (versionId: string): Outcome => ({ kind: 'done', versionId });
const notDone: Outcome = { kind: 'not done', message: 'changed meanwhile' };
const unknown: Outcome = { kind: 'unknown', message: 'may have been changed' };
const write = (content: string, condition: WriteCondition = free, path = 'a'): Operation => {
  return { kind: 'write', by: 'argument', path, content, condition };
};
const append = (content: string, condition: WriteCondition = free): Operation => {
  return { kind: 'append', path: 'a', content, condition };
};
const edit: Operation = { kind: 'edit', path: 'a', oldText: 'one', newText: 'two', condition: free };
const move = (source: string, path: string, condition: WriteCondition = absent): Operation => {
  return { kind: 'move', source, path, condition };
};
const copy = (source: string, path: string, versionId?: string): Operation => {
  return { kind: 'copy', source, path, condition: free, ...(versionId !== undefined && { versionId }) };
};
const restore = (versionId: string): Operation => ({
  kind: 'restore',
  path: 'a',
  versionId,
  condition: free,
});
const remove = (condition: WriteCondition = free): Operation => ({ kind: 'delete', path: 'a', condition });
const read: Operation = { kind: 'read', path: 'a' };
const seen = (content: string): Outcome => ({ kind: 'read', content, etag: toEtag(content) });

const removal = (path: string): Operation => ({ kind: 'delete', path, condition: free });
const replaceAny: Operation = { kind: 'replace', path: 'a', oldText: 'one', newText: 'two' };
const replace = (undo: string, places: number): Operation => ({ ...replaceAny, told: { places, undo } });

/** What one call asked of many files, and of how many it says that it was done. */
function callMany(operations: readonly Operation[], made: number, times: [number, number]): RecordedCall[] {
  const batch = { made };
  return operations.map((operation) => call(operation, { kind: 'counted', batch }, times));
}

function judge(
  recorded: readonly RecordedCall[],
  versions: Readonly<Record<string, HeldVersion[]>>,
  allAnswered = false,
): string[] {
  const history = { calls: recorded, versions: new Map(Object.entries(versions)), allAnswered };
  return checkHistory(history).map(({ invariant, path }) => `${path}: ${invariant}`);
}

const one = version('v1', 1, 'one');

describe('the check of a history', () => {
  it('lets two callers who delete one version at the same time share the deletion', () => {
    const recorded = [
      call(write('one'), done('v1'), [0, 1]),
      call(remove(), done('v1'), [2, 5]),
      call(remove(), done('v1'), [2, 6]),
    ];
    expect(judge(recorded, { a: [one, version('v2', 3)] })).toEqual([]);
  });

  it('finds nothing where every change is as it was told', () => {
    const recorded = [
      call(write('one', absent), { ...done('v1'), etag: toEtag('one') } as Outcome, [0, 2]),
      call(append('!'), done('v2'), [2, 3]),
      call(edit, done('v3'), [3, 4]),
      call(write('lost', match('two!')), unknown, [4, 5]),
      call(write('late', match('one')), notDone, [4, 5]),
      call(restore('v1'), done('v5'), [5, 6]),
      call(copy('a', 'b', 'v2'), done('w1'), [6, 7]),
      call(remove(match('one')), done('v5'), [7, 8]),
      call(restore('v2'), unknown, [8, 9]),
      call(move('a', 'c'), done('x1'), [9, 12]),
      call(read, seen('one'), [5, 8]),
      call(read, notDone, [8, 20]),
      call(write('never'), unknown, [12, 13]),
      call(remove(), unknown, [12, 13]),
    ];
    const chain = [
      one,
      version('v2', 2, 'one!'),
      version('v3', 3, 'two!'),
      version('v4', 4, 'lost'),
      version('v5', 5, 'one'),
      version('v6', 7),
      version('v7', 8, 'one!'),
      version('v8', 11),
    ];
    expect(
      judge(recorded, { a: chain, b: [version('w1', 6, 'one!')], c: [version('x1', 10, 'one!')] }),
    ).toEqual([]);
  });

  it('takes a newer version that was hidden by mistake and put back for what it is', () => {
    const moved: Outcome = { kind: 'copied', versionId: 'w1' };
    const chain = [one, version('v2', 3, 'one'), version('v3', 4), version('v4', 5, 'one')];
    const recorded = [call(write('one'), done('v1')), call(restore('v1'), done('v2'))];
    const versions = { a: chain, b: [version('w1', 2, 'one')] };
    expect(judge([...recorded, call(move('a', 'b'), moved)], versions)).toEqual([]);
    expect(judge([...recorded, call(move('a', 'b'), done('w1'))], versions)).toContain(
      'a: moves lose no name',
    );
  });

  it('takes what was put back upon the deletion of somebody else for that, and for nothing more', () => {
    const chain = [one, version('v2', 3), version('v3', 4, 'new'), version('v4', 5), version('v5', 6, 'one')];
    const recorded = [
      call(write('one'), done('v1'), [0, 1]),
      call(write('new'), done('v3'), [3, 4]),
      call(remove(), done('v3'), [4, 5]),
    ];
    const judgeWith = (last: RecordedCall) => judge([...recorded, last], { a: chain }, true);
    expect(judgeWith(call(remove(match('one')), notDone, [2, 7]))).toEqual([]);
    // By then the other content was there, so it was no longer there to be hidden.
    expect(judgeWith(call(remove(match('one')), notDone, [4, 7]))).toContain('a: everything has a cause');
    expect(judgeWith(call(append('x'), notDone, [2, 7]))).toContain('a: everything has a cause');
  });

  it('lets an answer that only counts stand for any of its files', () => {
    const recorded = [
      call(write('one'), done('v1'), [0, 1]),
      ...callMany([copy('a', 'b'), copy('c', 'd'), copy('e', 'f')], 2, [2, 6]),
      ...callMany([move('b', 'g'), move('d', 'h')], 2, [7, 20]),
      ...callMany([removal('g'), removal('h'), removal('i')], 1, [21, 30]),
      call(replace('v1', 1), { kind: 'counted', batch: { made: 1 } }, [40, 50]),
    ];
    const [b, d] = [version('b1', 3, 'one'), version('d1', 5, 'two')];
    expect(
      judge(
        recorded,
        {
          a: [one, version('v2', 41, 'two')],
          b: [b, version('b2', 9)],
          c: [version('c1', 1, 'two')],
          d: [d, version('d2', 12)],
          g: [version('g1', 8, 'one'), version('g2', 22)],
          h: [version('h1', 11, 'two')],
        },
        true,
      ),
      // Nobody wrote c: it is here for what was copied from it.
    ).toEqual(['c: everything has a cause']);
  });

  it('asks whether all can be explained, not whether its first guess does', () => {
    // One deletion is counted, and only the other caller can have made the second one, which is the first here.
    const recorded = [
      call(write('one'), done('v1'), [0, 1]),
      call(write('one', free, 'b'), done('b1'), [0, 1]),
      ...callMany([removal('a'), removal('b')], 1, [2, 6]),
      call(remove(), unknown, [2, 3]),
    ];
    const deleted = { a: [one, version('v2', 3)], b: [version('b1', 1, 'one'), version('b2', 4)] };
    expect(judge(recorded, deleted)).toEqual([]);
    // What was restored after an acknowledged deletion is not what a third caller put back.
    const restored = [
      call(write('one'), done('v1'), [0, 1]),
      call(remove(), done('v1'), [2, 4]),
      call(restore('v1'), unknown, [4, 6]),
      call(remove(match('one')), notDone, [0, 9]),
    ];
    expect(judge(restored, { a: [one, version('v2', 3), version('v3', 5, 'one')] }, true)).toEqual([]);
  });

  it('knows that the local server puts two versions of one moment a millisecond apart', () => {
    const early: HeldVersion = { ...version('v2', 2, 'two'), earliest: 1 };
    const recorded = [
      call(write('one'), done('v1'), [0, 3]),
      call(write('two'), done('v2'), [0, 3]),
      call(copy('a', 'b'), done('w1'), [0, 3]),
    ];
    expect(judge(recorded, { a: [one, early], b: [version('w1', 1, 'two')] })).toEqual([]);
  });

  it('lets nobody share a deletion when every request was answered', () => {
    const recorded = [
      call(write('one'), done('v1'), [0, 1]),
      call(remove(), done('v1'), [2, 5]),
      call(remove(), done('v1'), [2, 6]),
    ];
    expect(judge(recorded, { a: [one, version('v2', 3)] }, true)).toEqual([
      'a: acknowledged changes are there',
    ]);
  });

  it.each<[string, RecordedCall[], Record<string, HeldVersion[]>, string]>([
    [
      'an answer that counts more copies than there are',
      [call(write('one'), done('v1'), [0, 1]), ...callMany([copy('a', 'b'), copy('c', 'd')], 2, [2, 6])],
      { a: [one], b: [version('b1', 3, 'one')] },
      'b: acknowledged changes are there',
    ],
    [
      'an answer that counts fewer copies than there are',
      [call(write('one'), done('v1'), [0, 1]), ...callMany([copy('a', 'b'), copy('a', 'c')], 1, [2, 6])],
      { a: [one], b: [version('b1', 3, 'one')], c: [version('c1', 4, 'one')] },
      'c: changes are made once',
    ],
    [
      'a copy that was made before it was asked for',
      [call(write('one'), done('v1'), [0, 1]), ...callMany([copy('a', 'b')], 1, [5, 6])],
      { a: [one], b: [version('b1', 3, 'one')] },
      'b: acknowledged changes are there',
    ],
    [
      'a copy over a file that was to stay',
      [
        call(write('one'), done('v1'), [0, 1]),
        call(write('old', free, 'b'), done('b1'), [0, 1]),
        ...callMany([move('a', 'b')], 1, [2, 6]),
      ],
      { a: [one, version('v2', 4)], b: [version('b1', 1, 'old'), version('b2', 3, 'one')] },
      'b: acknowledged changes are there',
    ],
    [
      'an answer that counts a deletion which was not made',
      [call(write('one'), done('v1'), [0, 1]), ...callMany([removal('a'), removal('b')], 1, [2, 6])],
      { a: [one] },
      'a: acknowledged changes are there',
    ],
    [
      'two moves of directories in opposite directions after which neither file is left',
      [
        call(write('one'), done('v1'), [0, 1]),
        ...callMany([move('a', 'b')], 1, [2, 9]),
        ...callMany([move('b', 'a', free)], 1, [2, 9]),
      ],
      { a: [one, version('v2', 5, 'one'), version('v3', 6)], b: [version('b1', 3, 'one'), version('b2', 7)] },
      'a: moves lose no name',
    ],
    [
      'an edit of many files that replaced only some places',
      [call(write('one'), done('v1')), call(replace('v1', 2), { kind: 'counted', batch: { made: 1 } })],
      { a: [one, version('v2', 2, 'two')] },
      'a: acknowledged changes are there',
    ],
    [
      'an edit of many files that names another version for undoing it',
      [
        call(write('zero'), done('v0')),
        call(write('one'), done('v1')),
        call(replace('v0', 1), { kind: 'counted', batch: { made: 1 } }),
      ],
      { a: [version('v0', 0, 'zero'), one, version('v2', 2, 'two')] },
      'a: acknowledged changes are there',
    ],
    [
      'a change of a file that the answer does not name',
      [call(write('one'), done('v1')), call(replaceAny, notDone)],
      { a: [one, version('v2', 2, 'two')] },
      'a: not done means not done',
    ],
    [
      'an answer that names something else as replaced',
      [
        call(write('zero'), done('v0')),
        call(write('one'), done('v1')),
        call(write('two'), { kind: 'done', versionId: 'v2', replaced: 'v0' }),
      ],
      { a: [version('v0', 0, 'zero'), one, version('v2', 2, 'two')] },
      'a: what was replaced is named',
    ],
    [
      'an acknowledged write that is nowhere',
      [call(write('one'), done('v1'))],
      { a: [] },
      'a: acknowledged changes are there',
    ],
    [
      'an acknowledged write of another content',
      [call(write('two'), done('v1'))],
      { a: [one] },
      'a: acknowledged changes are there',
    ],
    [
      'an etag that is not that of the version',
      [call(write('one'), { kind: 'done', versionId: 'v1', etag: toEtag('two') })],
      { a: [one] },
      'a: acknowledged changes are there',
    ],
    [
      'an acknowledged append that lost what was there',
      [call(write('one'), done('v1')), call(append('!'), done('v2'))],
      { a: [one, version('v2', 2, '!')] },
      'a: acknowledged changes are there',
    ],
    [
      'an acknowledged deletion that was not made',
      [call(write('one'), done('v1')), call(remove(), done('v1'))],
      { a: [one] },
      'a: acknowledged changes are there',
    ],
    [
      'a deletion that was acknowledged again after it was made',
      [
        call(write('one'), done('v1')),
        call(remove(), done('v1'), [2, 5]),
        call(remove(), done('v1'), [4, 6]),
      ],
      { a: [one, version('v2', 3)] },
      'a: acknowledged changes are there',
    ],
    [
      'a conditional write upon another version',
      [call(write('one'), done('v1')), call(write('two', match('zero')), done('v2'))],
      { a: [one, version('v2', 2, 'two')] },
      'a: conditions held',
    ],
    [
      'a file that was to be created where there was one',
      [call(write('one'), done('v1')), call(write('two', absent), done('v2'))],
      { a: [one, version('v2', 2, 'two')] },
      'a: conditions held',
    ],
    [
      'an append that was made twice',
      [call(append('one'), done('v1'))],
      { a: [one, version('v2', 2, 'oneone')] },
      'a: changes are made once',
    ],
    [
      'an append that began anew after a deletion',
      [call(append('one'), done('v3')), call(remove(), done('v1'))],
      { a: [one, version('v2', 2), version('v3', 3, 'one')] },
      'a: changes are made once',
    ],
    [
      'a write that was repeated over another',
      [call(write('one'), done('v3')), call(write('two', match('one')), done('v2'))],
      { a: [one, version('v2', 2, 'two'), version('v3', 3, 'one')] },
      'a: changes are made once',
    ],
    [
      'two versions of one write whose outcome is not known',
      [call(write('one'), unknown)],
      { a: [one, version('v2', 2, 'one')] },
      'a: changes are made once',
    ],
    [
      'a write that was told as not done',
      [call(write('one'), notDone)],
      { a: [one] },
      'a: not done means not done',
    ],
    ['a version that nobody asked for', [], { a: [one] }, 'a: everything has a cause'],
    [
      'two calls that name one version',
      [call(write('one'), done('v1')), call(write('one'), done('v1'))],
      { a: [one] },
      'a: everything has a cause',
    ],
    [
      'a deletion that nobody asked for',
      [call(write('one'), done('v1'))],
      { a: [one, version('v2', 2)] },
      'a: everything has a cause',
    ],
    [
      'a deletion upon another version than if_match named',
      [call(write('one'), done('v1')), call(remove(match('zero')), unknown)],
      { a: [one, version('v2', 2)] },
      'a: everything has a cause',
    ],
    [
      'two moves in opposite directions after which neither file is left',
      [
        call(write('one'), done('v1')),
        call(move('a', 'b'), done('w1')),
        call(move('b', 'a', free), done('v2')),
      ],
      { a: [one, version('v2', 5, 'one'), version('v3', 6)], b: [version('w1', 2, 'one'), version('w2', 7)] },
      'a: moves lose no name',
    ],
    [
      'a write that comes before one that was acknowledged earlier',
      [call(write('one'), done('v1'), [10, 20]), call(write('two'), done('v2'), [0, 5])],
      { a: [one, version('v2', 2, 'two')] },
      'a: acknowledged changes keep their order',
    ],
    [
      'a read of what was overwritten before it began',
      [
        call(write('one'), done('v1'), [0, 2]),
        call(write('two'), done('v2'), [2, 3]),
        call(read, seen('one'), [4, 5]),
      ],
      { a: [one, version('v2', 2, 'two')] },
      'a: reads see what was there',
    ],
    [
      'a read of what was written after it ended',
      [call(read, seen('one'), [0, 1]), call(write('one'), done('v1'), [2, 3])],
      { a: [version('v1', 3, 'one')] },
      'a: reads see what was there',
    ],
    [
      'a read of a mixture',
      [call(write('one'), done('v1')), call(read, { ...seen('one'), content: 'on' } as Outcome)],
      { a: [one] },
      'a: reads see what was there',
    ],
    [
      'a read that found no file where there was one',
      [call(write('one'), done('v1'), [0, 1]), call(read, notDone, [2, 3])],
      { a: [one] },
      'a: reads see what was there',
    ],
  ])('finds %s', (_, recorded, versions, violation) => {
    expect(judge(recorded, versions)).toContain(violation);
  });
});
