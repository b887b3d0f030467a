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
  return { versionId, created, content, etag: content === undefined ? '' : toEtag(content) };
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

function judge(
  recorded: readonly RecordedCall[],
  versions: Readonly<Record<string, HeldVersion[]>>,
): string[] {
  const history = { calls: recorded, versions: new Map(Object.entries(versions)) };
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

  it.each<[string, RecordedCall[], Record<string, HeldVersion[]>, string]>([
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
      { a: [one] },
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
