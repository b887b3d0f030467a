import { estimateTokens } from '../text/tokens.ts';

/** How much one answer holds. */
export interface AnswerSize {
  /** As `estimateTokens` counts them. */
  readonly tokens: number;
  /** In UTF-16 units. */
  readonly characters: number;
}

/**
 * The size of an answer unless the caller asks for more. With the error of the estimate and everything around the
 * items, that is at most 10,000 tokens and 50,000 characters: above them clients warn, or show only a preview.
 */
export const ordinaryAnswer: AnswerSize = { tokens: 8_500, characters: 48_000 };

/** The largest answer: less than 24,000 tokens, because Claude Code shows only a preview of one above 25,000. */
export const largestAnswer: AnswerSize = { tokens: 20_000, characters: 110_000 };

/** The characters of the longest answer with everything around its items, as clients are told. */
export const longestAnswer = 120_000;

/** The room that is left in an answer. */
export interface AnswerRoom {
  /** Takes an item that is written as these texts, if it fits. The first item always does. */
  take(texts: readonly string[]): boolean;
}

/** Creates the room of one answer. Each text counts with a separator after it. */
export function createAnswerRoom(size: AnswerSize): AnswerRoom {
  let { tokens, characters } = size;
  let isEmpty = true;
  return {
    take(texts) {
      const needed = measure(texts);
      if (!isEmpty && (needed.tokens > tokens || needed.characters > characters)) return false;
      isEmpty = false;
      tokens -= needed.tokens;
      characters -= needed.characters;
      return true;
    },
  };
}

function measure(texts: readonly string[]): AnswerSize {
  const all = `${texts.join('\n')}\n`;
  return { tokens: estimateTokens(all), characters: all.length };
}
