import { CopyObjectCommand } from '@aws-sdk/client-s3';
import { inOrder } from '../../../lambda/search/in-order.ts';
import { passTime, prefix, type RestorableBucket, startBucket } from './restorable-bucket.ts';

let files: RestorableBucket;
beforeEach(async () => {
  files = await startBucket();
});
afterEach(() => files.store.stop());

/** Does some work for each, 32 at a time. */
async function forEach<Item>(items: Iterable<Item>, work: (item: Item) => Promise<unknown>): Promise<void> {
  for await (const _ of inOrder(items, 32, work));
}

describe('the restore of thousands of versions', () => {
  const keys = Array.from({ length: 600 }, (_, index) => `${prefix}${index % 7}/file-${index}.md`);

  /** Writes or deletes each key a few times, by its number and the round; the last state is the same every time. */
  async function work(round: number): Promise<void> {
    await forEach(keys.entries(), async ([index, key]) => {
      const times = (index * 31 + round * 17) % 4;
      for (let time = 0; time < times; time++) {
        await ((index + time + round) % 5 === 0
          ? files.remove(key)
          : files.put(key, `${index} ${round} ${time}`));
      }
    });
  }

  it('brings back every file, adds versions only, and has nothing to do when it runs again', async () => {
    for (const round of [1, 2]) await work(round);
    const then = await files.listFiles();
    const to = await passTime();
    for (const round of [3, 4]) await work(round);
    const before = await files.listVersionIds();
    expect(before.length).toBeGreaterThan(3_000);
    expect(await files.listFiles()).not.toEqual(then);

    const first = await files.restore(to, '--apply');
    expect([first.exitCode, first.summary]).toEqual([0, expect.stringMatching(/, 0 skipped, 0 failed$/)]);
    expect(await files.listFiles()).toEqual(then);
    const after = await files.listVersionIds();
    const kept = new Set(after);
    expect(before.filter((id) => !kept.has(id))).toEqual([]);
    expect(after).toHaveLength(before.length + first.lines.length);

    const second = await files.restore(to, '--apply');
    expect(second.summary).toMatch(/^0 restored, 0 deleted, \d+ as they were, 0 skipped, 0 failed$/);
    expect(await files.listVersionIds()).toHaveLength(after.length);
  }, 180_000);

  it('goes on after an outage when it runs again, never with more than 16 requests at a time', async () => {
    await forEach(keys, (key) => files.put(key, 'old'));
    const to = await passTime();
    await forEach(keys, (key) => files.put(key, 'new'));
    let underWay = 0;
    let most = 0;
    let copies = 0;
    files.store.client.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName !== CopyObjectCommand.name) return next(args);
        copies += 1;
        if (copies === 200) throw new Error('the network is down');
        underWay += 1;
        most = Math.max(most, underWay);
        return next(args).finally(() => {
          underWay -= 1;
        });
      },
      { step: 'initialize' },
    );
    const broken = await files.restore(to, '--apply');
    expect([broken.exitCode, broken.lines.at(-1), broken.summary]).toEqual([
      1,
      'the network is down',
      'what was done so far stays done: run it again for the rest',
    ]);
    const { exitCode, summary } = await files.restore(to, '--apply');
    const [restored, , unchanged] = (summary ?? '').match(/\d+/g)?.map(Number) ?? [];
    expect(exitCode).toBe(0);
    expect([(restored ?? 0) + (unchanged ?? 0), most]).toEqual([600, 16]);
    expect(unchanged).toBeGreaterThanOrEqual(184);
    expect(new Set(Object.values(await files.listFiles())).size).toBe(1);
    expect(await files.read(keys[599] ?? '')).toBe('old');
  }, 180_000);
});
