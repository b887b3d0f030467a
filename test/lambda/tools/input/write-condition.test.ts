import { ToolFailure } from '../../../../lambda/tool-failure.ts';
import { readWriteCondition } from '../../../../lambda/tools/input/write-condition.ts';

describe('readWriteCondition', () => {
  it('demands nothing unless told', () => {
    expect(readWriteCondition(undefined)).toEqual({ kind: 'none' });
    expect(readWriteCondition(undefined, false)).toEqual({ kind: 'none' });
  });

  it('demands that there is none for create_only', () => {
    expect(readWriteCondition(undefined, true)).toEqual({ kind: 'absent' });
  });

  it.each(['"abc-2"', 'abc-2'])('takes the etag %s, with or without its quotes', (text) => {
    expect(readWriteCondition(text)).toEqual({ kind: 'match', etag: '"abc-2"' });
  });

  it.each([
    ['empty', ''],
    ['any', '*'],
    ['any in quotes', '"*"'],
    ['any in one quote', '"*'],
    ['only quotes', '""'],
    ['weak', 'W/"abc"'],
    ['two', '"a", "b"'],
    ['a header more', '"a"\r\nx-amz-acl: public-read'],
    ['not ASCII', '"ü"'],
    ['endless', 'a'.repeat(201)],
  ])('refuses an etag that is %s', (_, text) => {
    expect(() => readWriteCondition(text)).toThrow(
      new ToolFailure('if_match is not an etag: pass the etag of the file from an earlier answer'),
    );
  });

  it('refuses both demands at once', () => {
    expect(() => readWriteCondition('"a"', true)).toThrow(
      new ToolFailure('if_match and create_only exclude each other: leave one of them out'),
    );
  });
});
