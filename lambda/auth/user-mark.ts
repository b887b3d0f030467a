import { type JsonObject, readText } from './token-profile.ts';

/**
 * Tells whether the claims carry the mark of a user, as the setting `userMark` writes it:
 * `uid` (the claim is there), `idtyp=user` (the claim has this value), or `sub!=client_id` (both claims are there
 * and differ). A claim that is null, false or empty counts as absent.
 */
export function isMarked(claims: JsonObject, mark: string): boolean {
  const { name, operator, operand } = parse(mark);
  if (operator === '=') return readText(claims, name) === operand;
  if (operator === '') return isPresent(claims[name]);
  const [one, other] = [readText(claims, name), readText(claims, operand)];
  return one !== undefined && other !== undefined && one !== other;
}

/** Puts a mark into words. They hold no equals sign, which a client could read as a parameter of the challenge. */
export function describeMark(mark: string): string {
  const { name, operator, operand } = parse(mark);
  if (operator === '=') return `the claim ${name} with the value ${operand}`;
  return operator === '' ? `the claim ${name}` : `a claim ${name} that differs from ${operand}`;
}

function parse(mark: string) {
  const [, name = mark, operator = '', operand = ''] = /^([^!=]+)(!?=)(.+)$/.exec(mark) ?? [];
  return { name, operator, operand };
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== '';
}
