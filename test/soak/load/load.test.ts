import { createMemoryFileStore, writeText } from '../../support/memory-file-store.ts';
import { createToolCaller } from '../tool-caller.ts';
import { workOnce } from './mixed-work.ts';
import { findGrowth, type Sample, toPlot } from './samples.ts';

describe('a round of work', () => {
  it('finds every answer right, round after round', async () => {
    const call = createToolCaller(createMemoryFileStore());
    for (let round = 0; round < 12; round += 1) expect(await workOnce(call, 1, round)).toEqual([]);
  });

  it('finds an answer that is not', async () => {
    const files = createMemoryFileStore();
    const call = createToolCaller({
      ...files,
      async write(...args) {
        const written = await files.write(...args);
        await writeText(files, written.path, 'by somebody else');
        return written;
      },
    });
    const wrong = await workOnce(call, 1, 0);
    expect(wrong).toContainEqual(expect.stringMatching(/^read_file answered/));
  });
});

describe('the samples of a process', () => {
  const flat: Sample[] = Array.from({ length: 100 }, (_, index) => ({
    calls: index * 200,
    memory: index < 5 ? 300 : 200,
    handles: 20,
  }));

  it('are flat when only the beginning has more', () => {
    expect(findGrowth(flat)).toEqual([]);
  });

  it.each([
    [
      'memory grew from',
      ({ memory, ...rest }: Sample, index: number) => ({ ...rest, memory: memory + index }),
    ],
    [
      'handles grew from',
      ({ handles, ...rest }: Sample, index: number) => ({ ...rest, handles: handles + index }),
    ],
  ])('are not when %s', (failure, change) => {
    expect(findGrowth(flat.map(change))).toEqual([expect.stringContaining(failure)]);
  });

  it('tell nothing when there are few', () => {
    expect(findGrowth([])).toEqual([]);
    expect(findGrowth(flat.slice(0, 49).map((sample, index) => ({ ...sample, memory: index })))).toEqual([]);
  });

  it('are drawn to scale', () => {
    const plot = toPlot('Memory', flat);
    expect(plot).toContain('300 MiB');
    expect(plot).toContain('19800 calls');
    expect(plot).toContain('points="56.0,24.0 ');
  });
});
