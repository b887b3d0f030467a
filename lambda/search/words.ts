import { type DirectoryPath, readDirectoryPath } from '../files/file-path.ts';
import { ToolFailure } from '../tool-failure.ts';
import type { LinePattern } from './line-pattern.ts';

/** The most words that one query is searched for: each is looked for in every line. */
const maxWords = 32;

/** What a query of words asks for. */
export interface WordQuery {
  /** In small letters, each once. */
  readonly words: readonly string[];
  /** Where to search. */
  readonly directory: DirectoryPath;
}

/**
 * Reads a query as words, with `"several words"` as one and `in:DIRECTORY` as the place. Punctuation around a word is no
 * part of it. Single letters of ASCII are passed over beside other words, because almost every line holds them. Throws
 * `ToolFailure` without a word or with too many, and `InvalidPath`.
 */
export function readWords(query: string): WordQuery {
  if (!query.isWellFormed()) {
    throw new ToolFailure('the query holds half of a character pair: send valid Unicode');
  }
  const terms = [...query.normalize('NFC').matchAll(/(?<place>in:)?(?:"(?<quoted>[^"]*)"|(?<word>\S+))/gu)];
  const groups = terms.map((term) => term.groups ?? {});
  const places = groups.filter(({ place }) => place !== undefined);
  if (places.length > 1) throw new ToolFailure('the query names two directories: write in: once');
  const found = groups.filter(({ place }) => place === undefined).flatMap(readWord);
  const long = found.filter((word) => !/^[a-z\d]$/.test(word));
  const words = [...new Set(long.length > 0 ? long : found)];
  if (words.length === 0) throw new ToolFailure('there is nothing to search for: write words into the query');
  if (words.length > maxWords) {
    throw new ToolFailure(`the query has ${words.length} words: use at most ${maxWords}, the rarest ones`);
  }
  const [{ quoted, word } = {}] = places;
  return { words, directory: readDirectoryPath(quoted ?? word ?? '') };
}

function readWord({ quoted, word = '' }: Readonly<Record<string, string | undefined>>): string[] {
  const text = quoted?.trim() ?? word.replace(/^\p{P}+|\p{P}+$/gu, '');
  return text === '' ? [] : [text.toLowerCase()];
}

/** Remembers which words were seen of which file. */
export interface WordTally {
  /** Counts a file, and the words in its path. Tells whether there are any. */
  countName(path: string): boolean;
  /**
   * Counts a file, and makes the pattern by which it is searched, for this one search: it matches in the line that
   * brings the last of the words, so that nothing behind it is read.
   */
  patternOf(path: string): LinePattern;
  /** The files with any of the words, the best first. */
  rank(): string[];
}

interface Seen {
  /** Numbers of words in the path. */
  readonly inName: ReadonlySet<number>;
  /** Numbers of words in the path or the content. */
  readonly all: Set<number>;
}

/** Creates a tally of words in small letters. */
export function createWordTally(words: readonly string[]): WordTally {
  const files = new Map<string, Seen>();
  let counted = 0;

  const findIn = (text: string) => {
    const small = text.toLowerCase();
    return [...words.keys()].filter((index) => small.includes(words[index] ?? ''));
  };

  function count(path: string): Seen {
    const inName = findIn(path);
    const seen = { inName: new Set(inName), all: new Set(inName) };
    counted += 1;
    if (!files.has(path)) files.set(path, seen);
    return files.get(path) ?? seen;
  }

  /** A word in few files tells more than one in many, and a word in a name more than one somewhere in a text. */
  function toScore({ inName, all }: Seen, weights: readonly number[]): number {
    return [...all, ...inName].reduce((sum, index) => sum + (weights[index] ?? 0), 0);
  }

  return {
    countName: (path) => count(path).inName.size > 0,
    patternOf(path) {
      const { all } = count(path);
      return {
        needsWholeLine: false,
        canSpanLines: false,
        isIn(text) {
          const small = text.toLowerCase();
          for (const [index, word] of words.entries()) if (small.includes(word)) all.add(index);
          return all.size === words.length;
        },
        indexIn: () => 0,
      };
    },
    rank() {
      const found = [...files].filter(([, { all }]) => all.size > 0);
      const weights = words.map((_, index) => {
        const having = found.filter(([, { all }]) => all.has(index)).length;
        return Math.log((counted + 1) / Math.max(1, having));
      });
      return found
        .map(([path, seen]) => ({ path, score: toScore(seen, weights) }))
        .sort((one, other) => other.score - one.score || (one.path < other.path ? -1 : 1))
        .map(({ path }) => path);
    },
  };
}
