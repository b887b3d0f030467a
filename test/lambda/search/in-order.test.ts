import { inOrder } from '../../../lambda/search/in-order.ts';

/** Works that end when the test says so. */
function createWorks() {
  const ends = new Map<number, { resolve(): void; reject(error: Error): void }>();
  const work = (item: number) =>
    new Promise<string>((resolve, reject) => {
      ends.set(item, { resolve: () => resolve(`done ${item}`), reject });
    });
  return { ends, work };
}

describe('work in order', () => {
  it('is started side by side up to the width and gives results in the order of the items', async () => {
    const { ends, work } = createWorks();
    const results = inOrder([1, 2, 3, 4, 5], 3, work);
    const first = results.next();
    await new Promise(setImmediate);
    expect([...ends.keys()]).toEqual([1, 2, 3]);
    for (const item of [3, 2, 1]) ends.get(item)?.resolve();
    expect((await first).value).toBe('done 1');
    const rest: string[] = [];
    const taken = (async () => {
      for await (const result of results) rest.push(result);
    })();
    await new Promise(setImmediate);
    expect([...ends.keys()]).toEqual([1, 2, 3, 4, 5]);
    for (const item of [5, 4]) ends.get(item)?.resolve();
    await taken;
    expect(rest).toEqual(['done 2', 'done 3', 'done 4', 'done 5']);
  });

  it('throws a failure when its turn comes, and takes no more items', async () => {
    const taken: number[] = [];
    const results: number[] = [];
    async function* items() {
      for (let item = 1; item <= 100; item += 1) {
        taken.push(item);
        yield item;
      }
    }
    const run = async () => {
      const work = async (item: number) => {
        if (item === 3) throw new Error('three');
        return item;
      };
      for await (const result of inOrder(items(), 4, work)) results.push(result);
    };
    await expect(run()).rejects.toThrow('three');
    expect(results).toEqual([1, 2]);
    expect(taken.length).toBeLessThanOrEqual(6);
  });

  it('leaves failures alone that nobody comes to', async () => {
    const work = async (item: number) => {
      if (item > 1) throw new Error('unhandled');
      return item;
    };
    for await (const result of inOrder([1, 2, 3], 3, work)) {
      expect(result).toBe(1);
      break;
    }
    // An unhandled rejection would end the process here.
    await new Promise(setImmediate);
  });
});
