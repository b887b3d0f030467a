import { createPaint } from '../terminal/paint.ts';
import type { CheckResult, Status } from './finding.ts';

/** The longest text of a server that is shown, in characters. */
const maxLength = 500;

const colours = { ok: 'green', warn: 'yellow', fail: 'red', skip: 'gray' } as const;

/** How many checks went which way. */
export type Summary = Readonly<Record<Status, number>>;

/**
 * Makes a result safe to show: without the token, should a server repeat it, and without control characters,
 * which a server could steer a terminal with.
 */
export function toPrintable(result: CheckResult, token: string | undefined): CheckResult {
  const clean = (text: string) => {
    const withoutToken = token === undefined ? text : removeToken(text, token);
    const line = withoutToken.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
    return line.length > maxLength ? `${line.slice(0, maxLength)}…` : line;
  };
  const { remedy } = result;
  return { ...result, found: clean(result.found), ...(remedy !== undefined && { remedy: clean(remedy) }) };
}

/** The parts of a JWT too: the middle one is the claims. */
function removeToken(text: string, token: string): string {
  const secrets = [token, ...token.split('.').filter((part) => part.length >= 16)];
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '<token>'), text);
}

/** One line for a result, with the remedy at its end; `width` is that of the longest name. */
export function toLines({ name, status, found, remedy }: CheckResult, layout: Layout): string {
  const word = createPaint(layout.isColoured)(colours[status], status);
  const sentence = remedy === undefined ? found : `${found}: ${remedy}`;
  return `${word.padEnd(word.length + 6 - status.length)}${name.padEnd(layout.width)}  ${sentence}\n`;
}

/**
 * Puts checks that are skipped one after the other for the same reason into one result, which names the first of
 * them and how many there are.
 */
export async function* withoutRepetition(
  results: AsyncIterable<CheckResult>,
): AsyncGenerator<CheckResult, void> {
  const alike: CheckResult[] = [];
  const flush = (): readonly CheckResult[] => {
    const [first, ...more] = alike.splice(0);
    if (!first) return [];
    return [more.length === 0 ? first : { ...first, name: `${first.name} and ${more.length} more` }];
  };
  for await (const result of results) {
    if (result.status !== 'skip' || result.found !== alike[0]?.found) yield* flush();
    if (result.status === 'skip') alike.push(result);
    else yield result;
  }
  yield* flush();
}

/** How the lines are laid out. */
export interface Layout {
  /** Of the column of names, in characters. */
  readonly width: number;
  readonly isColoured: boolean;
}

/** Counts the results. */
export function summarize(results: readonly CheckResult[]): Summary {
  const count = (wanted: Status) => results.filter(({ status }) => status === wanted).length;
  return { ok: count('ok'), warn: count('warn'), fail: count('fail'), skip: count('skip') };
}

/** The sum of all results; it names what failed, which may be far above by then. */
export function toClosingLine(results: readonly CheckResult[]): string {
  const { ok, warn, fail, skip } = summarize(results);
  const failed = results.filter(({ status }) => status === 'fail').map(({ name }) => name);
  const names = failed.length === 0 ? '' : ` (${failed.join(', ')})`;
  return `\n${fail} failed${names}, ${warn} warned, ${ok} ok, ${skip} skipped\n`;
}
