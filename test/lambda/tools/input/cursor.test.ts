import fc from 'fast-check';
import * as z from 'zod';
import { ToolFailure } from '../../../../lambda/tool-failure.ts';
import { readCursor, toCursor } from '../../../../lambda/tools/input/cursor.ts';

const query = { tool: 'list_files', path: 'notes', glob: undefined };
const position = z.strictObject({ after: z.string() });

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a cursor', () => {
  it('gives back the position to the query it was made for, whatever text it holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (after) => {
        const cursor = await toCursor(query, { after });
        expect(cursor).toMatch(/^[\w-]+$/);
        expect(await readCursor(cursor, query, position)).toEqual({ after });
      }),
    );
  });

  it.each([
    ['of another tool', { ...query, tool: 'search_files' }],
    ['with another argument', { ...query, path: 'other' }],
    ['with one argument more', { ...query, glob: '*.md' }],
  ])('is refused to a query %s', async (_, other) => {
    const cursor = await toCursor(query, { after: 'a' });
    await expect(readCursor(cursor, other, position)).rejects.toThrow(
      new ToolFailure('the cursor was made for other arguments: call again without cursor'),
    );
  });

  it.each([
    ['nothing', ''],
    ['no base64', 'not a cursor'],
    ['no JSON', Buffer.from('not a cursor').toString('base64url')],
    ['no UTF-8', Buffer.from([0xff, 0xfe]).toString('base64url')],
    ['another JSON', encode([1])],
    ['null', encode(null)],
    ['a field more', encode({ query: 'x', position: {}, more: 1 })],
    ['one cut short', encode({ query: 'x', position: { after: 'a' } }).slice(0, -4)],
  ])('is refused when it is %s', async (_, cursor) => {
    await expect(readCursor(cursor, query, position)).rejects.toThrow(
      new ToolFailure('the cursor is not one of this server: call again without cursor'),
    );
  });

  it('is refused when its position has a shape of another release', async () => {
    const cursor = await toCursor(query, { offset: 7 });
    await expect(readCursor(cursor, query, position)).rejects.toThrow(
      new ToolFailure('the cursor is too old: call again without cursor'),
    );
  });

  it('is never anything but refused when it was made up', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json().map(encode)), async (cursor) => {
        await expect(readCursor(cursor, query, position)).rejects.toThrow(ToolFailure);
      }),
    );
  });
});
