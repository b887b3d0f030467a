import { allAttacks } from './attacks/all.ts';
import { runAttacks } from './run-attacks.ts';
import { startTarget, type Target, toCall } from './target.ts';

let target: Target;

beforeAll(async () => {
  target = await startTarget();
});
afterAll(() => target.close());

describe('the server under attack', () => {
  it('is one that answers', async () => {
    const { status, body } = await target.send({ body: toCall('read_file', { path: 'a.md' }) });
    expect([status, body]).toEqual([200, expect.stringContaining('three')]);
  });

  it.each(allAttacks.map((attacks) => [attacks.name, attacks] as const))(
    'holds against %s',
    async (_, attacks) => {
      const { failures } = await runAttacks(attacks, target, { seed: 1, share: 0.03 });
      expect(failures).toEqual([]);
      await target.requireVictimIntact();
    },
    120_000,
  );
});
