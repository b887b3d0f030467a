import { keepPrincipals } from '../../../lambda/auth/kept-principals.ts';
import type { Principal } from '../../../lambda/auth/principal.ts';
import { Refused } from '../../../lambda/auth/refusal.ts';

const start = Date.parse('2026-08-22T10:00:00Z');

/** A verifier that counts, over a key set and a clock that the test sets. */
function setUp({ seconds = 60, atMost = 3, lifetime = 3600 } = {}) {
  const world = {
    time: start,
    mark: {} as object | undefined,
    verified: [] as string[],
    isUnavailable: false,
  };
  const keySet = {
    mark: () => world.mark,
    ready: async () => {
      if (world.isUnavailable) throw new Refused({ code: 'keys_unavailable', retryAfterSeconds: 5 });
      return world.mark ?? {};
    },
  };
  const verifyOnce = async (token: string): Promise<Principal> => {
    world.verified.push(token);
    if (token.startsWith('bad')) throw new Refused({ code: 'bad_signature' });
    const expiresAt = start / 1000 + lifetime;
    return { kind: 'user', issuer: 'i', subject: token, scopes: new Set(['files:read']), expiresAt };
  };
  const verify = keepPrincipals(verifyOnce, { keySet, seconds, atMost, now: () => world.time });
  return { world, verify };
}

describe('a kept principal', () => {
  it('spares the same token a second verification', async () => {
    const { world, verify } = setUp();
    const first = await verify('a');
    expect(await verify('a')).toBe(first);
    expect(world.verified).toEqual(['a']);
  });

  it('is found by the whole token only', async () => {
    const { world, verify } = setUp();
    await verify('header.claims.signature');
    await verify('header.claims.signaturf');
    await verify('header.claims.');
    expect(world.verified).toHaveLength(3);
  });

  it('is let go after its seconds', async () => {
    const { world, verify } = setUp({ seconds: 5 });
    await verify('a');
    world.time += 4_999;
    await verify('a');
    expect(world.verified).toHaveLength(1);
    world.time += 1;
    await verify('a');
    expect(world.verified).toHaveLength(2);
  });

  it('is not kept longer because it is used', async () => {
    const { world, verify } = setUp();
    for (let call = 0; call < 5; call += 1) {
      await verify('a');
      world.time += 30_000;
    }
    expect(world.verified).toHaveLength(3);
  });

  it('is let go when the token expires', async () => {
    const { world, verify } = setUp({ lifetime: 10 });
    await verify('a');
    world.time += 9_999;
    await verify('a');
    expect(world.verified).toHaveLength(1);
    world.time += 1;
    await verify('a');
    expect(world.verified).toHaveLength(2);
  });

  it('is let go when the clock was set back', async () => {
    const { world, verify } = setUp();
    await verify('a');
    world.time -= 1;
    await verify('a');
    expect(world.verified).toHaveLength(2);
  });

  it('is let go when the key set was loaded again', async () => {
    const { world, verify } = setUp();
    await verify('a');
    world.mark = {};
    await verify('a');
    await verify('a');
    expect(world.verified).toHaveLength(2);
  });

  it('is none when the key set was loaded while the token was verified', async () => {
    const { world, verify } = setUp();
    const first = verify('a');
    world.mark = {};
    await first;
    await verify('a');
    expect(world.verified).toHaveLength(2);
  });

  it('is none while there was no key set yet', async () => {
    const { world, verify } = setUp();
    world.mark = undefined;
    await verify('a');
    world.mark = {};
    await verify('a');
    expect(world.verified).toHaveLength(2);
  });

  it('is refused when the key set is too old, as any token is', async () => {
    const { world, verify } = setUp();
    await verify('a');
    world.isUnavailable = true;
    await expect(verify('a')).rejects.toMatchObject({ refusal: { code: 'keys_unavailable' } });
  });

  it('is none of a token that was refused', async () => {
    const { world, verify } = setUp();
    await expect(verify('bad')).rejects.toMatchObject({ refusal: { code: 'bad_signature' } });
    await expect(verify('bad')).rejects.toMatchObject({ refusal: { code: 'bad_signature' } });
    expect(world.verified).toHaveLength(2);
  });

  it('makes room for a newer one, the oldest first', async () => {
    const { world, verify } = setUp({ atMost: 3 });
    for (const token of ['a', 'b', 'c', 'd']) await verify(token);
    for (const token of ['b', 'c', 'd']) await verify(token);
    expect(world.verified).toHaveLength(4);
    await verify('a');
    expect(world.verified).toHaveLength(5);
  });

  it('is none where the seconds are 0', () => {
    const verify = async () => Promise.reject(new Error('not called'));
    const keySet = { mark: () => undefined, ready: async () => ({}) };
    expect(keepPrincipals(verify, { keySet, seconds: 0 })).toBe(verify);
  });
});
