import type { FileStore } from '../../../lambda/files/file-store.ts';

describe('the engine of regular expressions', () => {
  it('is loaded by the first call that needs it, not with the tools', async () => {
    const load = jest.fn(() => jest.requireActual('re2js'));
    jest.doMock('re2js', load);
    await jest.isolateModulesAsync(async () => {
      const { listFiles } = await import('../../../lambda/tools/list-files.ts');
      const { searchFiles } = await import('../../../lambda/tools/search-files.ts');
      const { createMemoryFileStore } = await import('../../support/memory-file-store.ts');
      const { runTool } = await import('../../support/run-tool.ts');
      const files: FileStore = createMemoryFileStore({ files: { a: 'hit' } });
      await runTool(listFiles, {}, files);
      await runTool(searchFiles, { query: 'hit' }, files);
      expect(load).not.toHaveBeenCalled();
      await runTool(searchFiles, { query: 'h.t', regex: true }, files);
      await runTool(listFiles, { glob: 'a' }, files);
      expect(load).toHaveBeenCalledTimes(1);
    });
  });
});
