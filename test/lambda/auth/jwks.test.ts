import { createKeySet, type KeySetOptions } from '../../../lambda/auth/jwks.ts';
import { Refused } from '../../../lambda/auth/refusal.ts';
import type { Log } from '../../../lambda/telemetry/log.ts';
import { type Certificate, createCertificate, toKeySet } from '../../support/casdoor.ts';
import { repositoryKeys } from '../../support/casdoor-repository-keys.ts';

const url = 'https://door.example.com/.well-known/jwks';
const minute = 60_000;
const hour = 60 * minute;

let certificate: Certificate;
let rotated: Certificate;

beforeAll(async () => {
  certificate = await createCertificate('cert-mcp');
  rotated = await createCertificate('cert-new');
});

/** A key set over a Casdoor whose answer and clock the test moves; it counts the fetches. */
function setUp(first: () => Response | Promise<Response>, options: Partial<KeySetOptions> = {}) {
  const casdoor = { answer: first, fetches: 0, time: 1_787_400_000_000, events: [] as string[] };
  const keySet = createKeySet({
    url,
    fetch: async (_input, init) => {
      casdoor.fetches += 1;
      expect(init?.redirect).toBe('error');
      return Promise.race([casdoor.answer(), toRejection(init?.signal)]);
    },
    now: () => casdoor.time,
    log: (event) => casdoor.events.push(event),
    ...options,
  });
  const select = (kid: string, alg = 'RS256') => keySet.keyFor({ alg, kid }, { payload: '', signature: '' });
  const refusalOf = (kid: string) =>
    select(kid).then(
      () => 'accepted',
      (error: unknown) => (error instanceof Refused ? error.refusal : error),
    );
  return { casdoor, keySet, select, refusalOf };
}

function toRejection(signal: AbortSignal | null | undefined): Promise<never> {
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
}

const withZero = (number: string) =>
  Buffer.concat([Buffer.alloc(1), Buffer.from(number, 'base64url')]).toString('base64url');

const publish =
  (...certificates: Certificate[]) =>
  () =>
    Response.json(toKeySet(...certificates));
const fail = () => Response.json({ status: 'error', msg: 'Unauthorized operation' });

describe('the key set', () => {
  it('is loaded once for many requests', async () => {
    const { casdoor, select } = setUp(publish(certificate));
    await Promise.all(Array.from({ length: 50 }, () => select('cert-mcp')));
    await select('cert-mcp');
    expect(casdoor.fetches).toBe(1);
  });

  it('has a mark that only a load changes, and none before the first', async () => {
    const { casdoor, keySet } = setUp(publish(certificate));
    expect(keySet.mark()).toBeUndefined();
    const first = await keySet.ready();
    expect(keySet.mark()).toBe(first);
    casdoor.time += 9 * minute;
    expect(await keySet.ready()).toBe(first);
    casdoor.time += minute;
    const second = await keySet.ready();
    expect(second).not.toBe(first);
    casdoor.answer = fail;
    casdoor.time += 10 * minute;
    expect(await keySet.ready()).toBe(second);
    casdoor.time += 24 * hour;
    await expect(keySet.ready()).rejects.toMatchObject({ refusal: { code: 'keys_unavailable' } });
  });

  it('measures its loads, and those that fail among them', async () => {
    const measured: unknown[] = [];
    const log: Log = (event, _facts, metrics = []) =>
      measured.push([event, ...metrics.map(({ name, value }) => [name, value])]);
    const { casdoor, keySet, select } = setUp(fail, { log });
    await select('cert-mcp').catch(() => undefined);
    casdoor.answer = publish(certificate);
    casdoor.time += 30_000;
    await keySet.reload();
    expect(measured).toEqual([
      ['key_set_load_failed', ['KeySetLoads', 1], ['KeySetLoadFailures', 1]],
      ['key_set_loaded', ['KeySetLoads', 1]],
    ]);
  });

  it('shares the load that started while the function initialised', async () => {
    const { casdoor, keySet, select } = setUp(publish(certificate));
    keySet.preload();
    await select('cert-mcp');
    expect(casdoor.fetches).toBe(1);
  });

  it('loads again for the first request when the load at initialisation failed', async () => {
    const { casdoor, keySet, select } = setUp(fail);
    keySet.preload();
    casdoor.answer = publish(certificate);
    await select('cert-mcp');
    expect(casdoor.fetches).toBe(2);
  });

  it('is refreshed when it is ten minutes old, so that a withdrawn key stops serving', async () => {
    const { casdoor, select, refusalOf } = setUp(publish(certificate));
    await select('cert-mcp');
    casdoor.answer = publish(rotated);
    casdoor.time += 10 * minute - 1;
    await select('cert-mcp');
    expect(casdoor.fetches).toBe(1);
    casdoor.time += 1;
    expect(await refusalOf('cert-mcp')).toEqual({ code: 'unknown_key' });
    expect(casdoor.fetches).toBe(2);
  });

  it('is reloaded at most once per cool-down, whatever a thousand tokens ask for', async () => {
    const { casdoor, keySet, select, refusalOf } = setUp(publish(certificate));
    await select('cert-mcp');
    casdoor.time += 30_000;
    for (let index = 0; index < 1_000; index += 1) {
      expect(await refusalOf(`random-${index}`)).toEqual({ code: 'unknown_key' });
      await keySet.reload();
    }
    // The first load, and one reload: the clock stands still.
    expect(casdoor.fetches).toBe(2);
    casdoor.time += 30_000;
    expect(await keySet.reload()).toBe(true);
    expect(casdoor.fetches).toBe(3);
  });

  it('finds a new key after a reload', async () => {
    const { casdoor, keySet, select, refusalOf } = setUp(publish(certificate));
    await select('cert-mcp');
    casdoor.answer = publish(certificate, rotated);
    casdoor.time += 30_000;
    expect(await refusalOf('cert-new')).toEqual({ code: 'unknown_key' });
    await keySet.reload();
    await expect(select('cert-new')).resolves.toMatchObject({ type: 'public' });
  });

  it('keeps the last good keys through an outage, for a day', async () => {
    const { casdoor, select, refusalOf } = setUp(publish(certificate));
    await select('cert-mcp');
    casdoor.answer = () => Promise.reject(new TypeError('fetch failed'));
    casdoor.time += 24 * hour - 1;
    await select('cert-mcp');
    casdoor.time += 1;
    expect(await refusalOf('cert-mcp')).toMatchObject({ code: 'keys_unavailable' });
  });

  it('asks a silent issuer at most once per cool-down while the last good keys serve', async () => {
    const { casdoor, select } = setUp(publish(certificate));
    await select('cert-mcp');
    casdoor.answer = fail;
    casdoor.time += hour;
    for (let index = 0; index < 100; index += 1) await select('cert-mcp');
    expect(casdoor.fetches).toBe(2);
  });

  it.each<[string, () => Response | Promise<Response>]>([
    ['an error in a 200', fail],
    ['keys: null, which Casdoor answers without certificates', () => Response.json({ keys: null })],
    ['an empty list', () => Response.json({ keys: [] })],
    ['a server error', () => new Response('no', { status: 500 })],
    ['429', () => new Response('slow down', { status: 429, headers: { 'retry-after': '60' } })],
    ['a page', () => new Response('<html></html>')],
    ['nothing', () => new Response(null)],
    ['too much', () => new Response(`{"keys":[${'"x",'.repeat(300_000)}"x"]}`)],
    ['no connection', () => Promise.reject(new TypeError('fetch failed'))],
  ])('is unavailable, and says for how long, when the first load brings %s', async (_, answer) => {
    const { casdoor, refusalOf } = setUp(answer);
    expect(await refusalOf('cert-mcp')).toEqual({ code: 'keys_unavailable', retryAfterSeconds: 5 });
    expect(await refusalOf('cert-mcp')).toEqual({ code: 'keys_unavailable', retryAfterSeconds: 5 });
    expect(casdoor.fetches).toBe(1);
    expect(casdoor.events).toEqual(['key_set_load_failed']);
    casdoor.answer = publish(certificate);
    casdoor.time += 5_000;
    expect(await refusalOf('cert-mcp')).toBe('accepted');
  });

  it('gives up a load that takes too long', async () => {
    const { casdoor, refusalOf } = setUp(() => new Promise<Response>(() => {}), { timeout: 20 });
    expect(await refusalOf('cert-mcp')).toMatchObject({ code: 'keys_unavailable' });
    expect(await refusalOf('cert-mcp')).toMatchObject({ code: 'keys_unavailable' });
    expect(casdoor.fetches).toBe(1);
  });

  it.each<[string, unknown]>([
    ['nothing', null],
    ['an object', {}],
    ['a secret', { kty: 'oct', k: 'c2VjcmV0', kid: 'cert-mcp' }],
    ['a key without its modulus', { kty: 'RSA', kid: 'cert-mcp', e: 'AQAB' }],
  ])('goes on with the last good keys when all it is told of is %s', async (_, entry) => {
    const { casdoor, select } = setUp(publish(certificate));
    await select('cert-mcp');
    casdoor.answer = () => Response.json({ keys: [entry] });
    casdoor.time += 10 * minute;
    await select('cert-mcp');
    expect(casdoor.fetches).toBe(2);
    expect(casdoor.events).toContain('key_set_load_failed');
  });

  it.each(['2021', '2026'] as const)(
    "refuses the key of %s in Casdoor's repository under any id",
    async (year) => {
      const published = { ...repositoryKeys[year], kid: 'cert-x' };
      const { casdoor, refusalOf } = setUp(() => Response.json({ keys: [published, certificate.publicJwk] }));
      expect(await refusalOf('cert-x')).toEqual({ code: 'public_key' });
      expect(await refusalOf('cert-mcp')).toBe('accepted');
      expect(casdoor.events).toEqual(['public_key_refused', 'key_set_loaded']);
    },
  );

  it.each<[string, (key: { n?: string; e?: string }) => object]>([
    ['zeros before the modulus', ({ n = '' }) => ({ n: withZero(n) })],
    ['zeros before the exponent', ({ e = '' }) => ({ e: withZero(e) })],
    ['padding', ({ n }) => ({ n: `${n}==` })],
    ['plain base64', ({ n = '' }) => ({ n: n.replaceAll('-', '+').replaceAll('_', '/') })],
  ])("refuses a key of Casdoor's repository that is written with %s", async (_, respell) => {
    const published = { ...repositoryKeys['2026'], kid: 'cert-x' };
    const { refusalOf } = setUp(() => Response.json({ keys: [{ ...published, ...respell(published) }] }));
    expect(await refusalOf('cert-x')).toEqual({ code: 'public_key' });
  });

  it.each<[string, () => Promise<Response>, RegExp]>([
    [
      'a redirect',
      () => Promise.reject(new TypeError('fetch failed', { cause: new Error('unexpected redirect') })),
      /^fetch failed: unexpected redirect$/,
    ],
    [
      'no such host',
      () =>
        Promise.reject(
          new TypeError('fetch failed', {
            cause: Object.assign(new Error('getaddrinfo ENOTFOUND door'), { code: 'ENOTFOUND' }),
          }),
        ),
      /^fetch failed: getaddrinfo ENOTFOUND door ENOTFOUND$/,
    ],
    [
      'a refused connection, of which undici gives only the code',
      () =>
        Promise.reject(
          new TypeError('fetch failed', {
            cause: Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }),
          }),
        ),
      /^fetch failed: AggregateError ECONNREFUSED$/,
    ],
    ['a text', () => Promise.reject('gone'), /^gone$/],
    ['too much', async () => new Response('x'.repeat(600_000)), /^the key set is larger than 524288 bytes$/],
  ])('logs the cause of a load that failed: %s', async (_, answer, expected) => {
    const reasons: unknown[] = [];
    const log: Log = (_event, { reason }) => void reasons.push(reason);
    const { refusalOf } = setUp(answer, { log });
    await refusalOf('cert-mcp');
    expect(reasons).toEqual([expect.stringMatching(expected)]);
  });

  it('is refused whole when an application has more than one key, and says so', async () => {
    const lines: [string, unknown][] = [];
    const log: Log = (event, { reason }) => void lines.push([event, reason]);
    const { casdoor, refusalOf } = setUp(publish(certificate, rotated), { isOfApplication: true, log });
    const refusal = { code: 'keys_unavailable', retryAfterSeconds: 5, isOfManyKeys: true };
    expect(await refusalOf('cert-mcp')).toEqual(refusal);
    expect(lines).toEqual([['key_set_load_failed', expect.stringMatching(/has 2: .*casdoorApplication$/)]]);
    casdoor.answer = publish(certificate);
    casdoor.time += 5_000;
    expect(await refusalOf('cert-mcp')).toBe('accepted');
  });

  it('goes on with the last good key when an application has more than one all at once', async () => {
    const { casdoor, refusalOf } = setUp(publish(certificate), { isOfApplication: true });
    expect(await refusalOf('cert-mcp')).toBe('accepted');
    casdoor.answer = publish(certificate, rotated);
    casdoor.time += 10 * minute;
    expect(await refusalOf('cert-new')).toEqual({ code: 'unknown_key' });
    expect(await refusalOf('cert-mcp')).toBe('accepted');
  });

  it.each<[string, unknown]>([
    ['a key of no use here', { kty: 'oct', k: 'c2VjcmV0' }],
    ['an entry that is no key', null],
  ])('of an application is refused for %s beside its key', async (_, entry) => {
    const answer = () => Response.json({ keys: [certificate.publicJwk, entry] });
    const { refusalOf } = setUp(answer, { isOfApplication: true });
    expect(await refusalOf('cert-mcp')).toMatchObject({ isOfManyKeys: true });
  });

  it('of an application may list its key twice', async () => {
    const { refusalOf } = setUp(publish(certificate, certificate), { isOfApplication: true });
    expect(await refusalOf('cert-mcp')).toBe('accepted');
  });

  it('refuses a key whose algorithm is not the one of the token', async () => {
    const { select } = setUp(publish(certificate));
    await expect(select('cert-mcp', 'RS512')).rejects.toMatchObject({ refusal: { code: 'unknown_key' } });
  });

  it.each([
    ['oct', { kty: 'oct', k: 'c2VjcmV0', kid: 'cert-mcp' }],
    ['null', null],
    ['text', 'key'],
  ])('skips an entry that is no public key: %s', async (_, entry) => {
    const { refusalOf } = setUp(() => Response.json({ keys: [entry, rotated.publicJwk] }));
    expect(await refusalOf('cert-mcp')).toEqual({ code: 'unknown_key' });
    expect(await refusalOf('cert-new')).toBe('accepted');
  });

  it('skips a key that lacks its modulus, and says so', async () => {
    const broken = { kty: 'RSA', kid: 'cert-mcp', e: 'AQAB' };
    const { casdoor, refusalOf } = setUp(() => Response.json({ keys: [broken, rotated.publicJwk] }));
    expect(await refusalOf('cert-mcp')).toEqual({ code: 'unknown_key' });
    expect(await refusalOf('cert-new')).toBe('accepted');
    expect(casdoor.events).toContain('broken_key_skipped');
  });
});
