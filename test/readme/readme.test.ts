import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleFunctions } from '../../lib/bundle.ts';
import {
  readSection,
  toArchitectureChart,
  toChatgptTable,
  toMethodTable,
  toSettingsTable,
  toStartSize,
  toTokenTable,
  toToolTable,
} from './sections.ts';
import { tokenRows } from './tokens.ts';

// `npm run readme` writes these sections anew.
describe('the documents', () => {
  it('have the tools of the catalogue, with the scopes of the scope table', async () => {
    expect(readSection('tools')).toBe(await toToolTable());
    expect(readSection('chatgpt')).toBe(await toChatgptTable());
    expect(readSection('methods')).toBe(toMethodTable());
  });

  it('have the answer to each kind of token', () => {
    expect(readSection('tokens')).toBe(toTokenTable());
  });

  it.each(tokenRows.flatMap(({ code, shownBy }) => shownBy.map((name) => ({ code, name }))))(
    'name tests of tokens that are there: $name for $code',
    ({ code, name }) => {
      const text = readFileSync(join(import.meta.dirname, '../lambda/auth', `${name}.test.ts`), 'utf8');
      if (code !== undefined) expect(text).toContain(code);
    },
  );

  it('have the settings as they are validated', () => {
    expect(readSection('settings')).toBe(toSettingsTable());
  });

  it('draw the architecture that is deployed', async () => {
    await bundleFunctions();
    expect(readSection('architecture')).toBe(toArchitectureChart());
  });

  it('know what a start of the MCP function reads, within a twentieth', async () => {
    const size = toStartSize(await bundleFunctions());
    expect(Math.abs(Number(readSection('bundle')) - size)).toBeLessThan(size / 20);
  });
});
