import type { Attack, Exchange, Target } from './target.ts';

/** The largest result that Lambda forwards, in bytes (Lambda quotas, invocation payload). */
const maxResultBytes = 6 * 1024 * 1024;

/** The time by which the answer must be sent, in milliseconds: the gateway waits at most 30 s. */
const maxMilliseconds = 28_000;

/** Says which invariants an exchange broke; nothing if the server kept them all. */
export function findBroken(
  attack: Attack,
  exchange: Exchange,
  target: Pick<Target, 'token' | 'victimCanaries' | 'ownCanaries'>,
): readonly string[] {
  const { status, body, headers, log, milliseconds } = exchange;
  const broken: string[] = [];
  const require = (holds: boolean, invariant: string) => holds || broken.push(invariant);
  require(status >= 200 && status < 500, `the status is ${status}`);
  require(milliseconds < maxMilliseconds, `it took ${Math.round(milliseconds)} ms`);
  // Quotes, backslashes and non-ASCII characters take more bytes in the JSON of the result.
  const size = Buffer.byteLength(JSON.stringify({ statusCode: status, headers, body }));
  require(size <= maxResultBytes, `the result is ${size} bytes long`);
  require(!attack.mustBeRefused || [400, 401, 403].includes(status), `a forged token was answered ${status}`);
  const answer = body + JSON.stringify(headers);
  for (const canary of target.victimCanaries) {
    require(!answer.includes(canary), "the answer holds what is the victim's");
    require(!log.includes(canary), "the log holds what is the victim's");
  }
  for (const canary of target.ownCanaries)
    require(!log.includes(canary), 'the log holds a name or a content');
  for (const part of target.token.split('.').slice(1)) {
    require(!answer.includes(part), 'the answer holds a part of the token');
    require(!log.includes(part), 'the log holds a part of the token');
  }
  require(!/"outcome":"outage"|"event":"unexpected/.test(log), 'the log tells of an outage');
  return broken;
}
