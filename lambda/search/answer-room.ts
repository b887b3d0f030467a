import { estimateTokens } from '../text/tokens.ts';

/** How much one answer holds. */
export interface AnswerSize {
  /** As `estimateTokens` counts them. */
  readonly tokens: number;
  /** In UTF-16 units. */
  readonly characters: number;
}

/**
 * What an answer holds unless the caller asks for more: with the error of the estimate, and what stands around the
 * items, at most 10,000 tokens and 50,000 characters. Clients warn of more, or show a preview instead.
 */
export const ordinaryAnswer: AnswerSize = { tokens: 8_500, characters: 48_000 };

/** What an answer holds at most: less than 24,000 tokens, because Claude Code shows a preview of 25,000. */
export const largestAnswer: AnswerSize = { tokens: 20_000, characters: 110_000 };

/** What clients are told of the longest answer, with what stands around its items, in characters. */
export const longestAnswer = 120_000;

/** The room that is left in an answer. */
export interface AnswerRoom {
  /** Takes an item, written as these texts, if there is room for it; the first one always fits. */
  take(texts: readonly string[]): boolean;
}

/** Creates the room of one answer. Each text counts with the separator behind it. */
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
