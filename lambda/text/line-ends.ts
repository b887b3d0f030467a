/**
 * How the lines of a text end: all with LF, all with CRLF, or some with each. A text with a single line counts as `lf`.
 */
export type LineEnds = 'lf' | 'crlf' | 'mixed';

/** Finds out how the lines of a text end. A carriage return without a line feed after it ends no line. */
export function readLineEnds(text: string): LineEnds {
  if (!text.includes('\r\n')) return 'lf';
  return /(?<!\r)\n/.test(text) ? 'mixed' : 'crlf';
}

/** Ends every line of a text with CRLF. */
export function toCrlf(text: string): string {
  return text.replace(/\r?\n/g, '\r\n');
}

/** A text whose lines all end with LF, and the way back to the original text. */
export interface LfText {
  readonly text: string;
  /** Converts a place to its place in the original text. A line end maps to its carriage return, if it has one. */
  toOriginal(place: number): number;
}

/** Ends every line of a text with LF and remembers where carriage returns were. */
export function toLf(text: string): LfText {
  /** The places of the line feeds in the new text that had a carriage return before them. */
  const returns: number[] = [];
  const lf = text.replace(/\r\n/g, (_, at: number) => {
    returns.push(at - returns.length);
    return '\n';
  });

  function toOriginal(place: number): number {
    let low = 0;
    let high = returns.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((returns[middle] ?? 0) < place) low = middle + 1;
      else high = middle;
    }
    return place + low;
  }

  return { text: lf, toOriginal };
}

/**
 * Gives the lines of `replacement` the line ends of the text it replaces: lines at the start and at the end that
 * stay the same keep theirs, and those between them take the ends of the lines they replace. Where the old text
 * has no line end, `fallback` ends them all.
 */
export function keepLineEnds(old: string, replacement: string, fallback: string): string {
  const fresh = replacement.split(/\r?\n/);
  const ends = old.match(/\r?\n/g);
  if (!ends) return fresh.join(fallback);
  const lines = old.split(/\r?\n/);
  const most = Math.min(lines.length, fresh.length);
  let start = 0;
  while (start < most && lines[start] === fresh[start]) start += 1;
  let rest = 0;
  while (rest < most - start && lines.at(-1 - rest) === fresh.at(-1 - rest)) rest += 1;
  // A line end belongs to the line before it. The last line has none.
  const isKeptAtEnd = (index: number) => index >= fresh.length - rest;
  const toEnd = (index: number) => {
    const from = isKeptAtEnd(index) ? index - fresh.length + lines.length : Math.min(index, ends.length - 1);
    return ends[from] ?? ends.at(-1) ?? fallback;
  };
  return fresh.map((line, index) => (index === fresh.length - 1 ? line : line + toEnd(index))).join('');
}
