import { bundleFunctions } from '../../lib/bundle.ts';
import { readSection, toArchitectureChart, toSettingsTable, toStartSize, toToolTable } from './sections.ts';

// `npm run readme` writes these sections anew.
describe('the README', () => {
  it('has the tools of the catalogue, with the scopes of the scope table', () => {
    expect(readSection('tools')).toBe(toToolTable());
  });

  it('has the settings as they are validated', () => {
    expect(readSection('settings')).toBe(toSettingsTable());
  });

  it('draws the architecture that is deployed', async () => {
    await bundleFunctions();
    expect(readSection('architecture')).toBe(toArchitectureChart());
  });

  it('knows what a start of the MCP function reads, within a twentieth', async () => {
    const size = toStartSize(await bundleFunctions());
    expect(Math.abs(Number(readSection('bundle')) - size)).toBeLessThan(size / 20);
  });
});
