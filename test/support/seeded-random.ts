import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Random choices that repeat for the same seed. */
export interface SeededRandom {
  /** Returns a whole number from 0 to `count - 1`. */
  below(count: number): number;
  /** Returns true with a probability from 0 to 1. */
  chance(probability: number): boolean;
  /** Returns one item of a list that is not empty. */
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
}

/** How finely probabilities are distinguished. */
const steps = 1_000_000;

/** Creates random choices from a seed, a whole number. */
export function createSeededRandom(seed: number): SeededRandom {
  const generator = xoroshiro128plus(seed);
  const below = (count: number) => uniformInt(generator, 0, count - 1);
  return {
    below,
    chance: (probability) => below(steps) < probability * steps,
    pick: ([first, ...rest]) => rest[below(rest.length + 1) - 1] ?? first,
  };
}
