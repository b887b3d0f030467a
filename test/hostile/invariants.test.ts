import { findBroken } from './invariants.ts';
import type { Attack, Exchange, Target } from './target.ts';

const target: Pick<Target, 'token' | 'victimCanaries' | 'ownCanaries'> = {
  token: 'header.claims.signature',
  victimCanaries: ['secret'],
  ownCanaries: ['mine'],
};
const good: Exchange = {
  status: 200,
  body: '{"text":"mine"}',
  headers: {},
  log: '{"event":"request"}',
  milliseconds: 5,
};

function judge(exchange: Partial<Exchange>, attack: Attack = {}): readonly string[] {
  return findBroken(attack, { ...good, ...exchange }, target);
}

describe('the invariants of the server under attack', () => {
  it("hold for an answer with what is the attacker's own", () => {
    expect(judge({})).toEqual([]);
    expect(judge({ status: 401 }, { mustBeRefused: true })).toEqual([]);
  });

  it.each<[string, Partial<Exchange>]>([
    ['the status is 500', { status: 500 }],
    ['the status is 0', { status: 0 }],
    ['it took 28001 ms', { milliseconds: 28_001 }],
    ['the result is', { body: '"'.repeat(3_200_000) }],
    ["the answer holds what is the victim's", { body: 'the secret' }],
    ["the answer holds what is the victim's", { headers: { 'x-name': 'secret' } }],
    ["the log holds what is the victim's", { log: 'secret' }],
    ['the log holds a name or a content', { log: 'mine' }],
    ['the answer holds a part of the token', { body: 'claims' }],
    ['the log holds a part of the token', { log: 'signature' }],
    ['the log tells of an outage', { log: '{"outcome":"outage"}' }],
  ])('are broken when %s', (broken, exchange) => {
    expect(judge(exchange)).toEqual([expect.stringContaining(broken)]);
  });

  it('are broken by a forged token that is let in', () => {
    expect(judge({}, { mustBeRefused: true })).toEqual(['a forged token was answered 200']);
  });
});
