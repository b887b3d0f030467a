/** The median of some values, with the quartiles below and above it. */
export interface Quartiles {
  readonly lower: number;
  readonly median: number;
  readonly upper: number;
}

/** Summarizes values by their quartiles, interpolated between the two nearest values. */
export function toQuartiles(values: readonly number[]): Quartiles {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number) => {
    const position = (sorted.length - 1) * share;
    const below = sorted[Math.floor(position)] ?? Number.NaN;
    const above = sorted[Math.ceil(position)] ?? Number.NaN;
    return below + (above - below) * (position - Math.floor(position));
  };
  return { lower: at(0.25), median: at(0.5), upper: at(0.75) };
}

/**
 * Compares two candidates round by round. This cancels what else the machine did, because both were measured within
 * seconds of each other. The lists are in the order of the rounds.
 */
export function compareRounds(
  values: readonly number[],
  others: readonly number[],
  compare: (value: number, other: number) => number,
): Quartiles {
  if (values.length !== others.length) throw new Error('both candidates must be measured in every round');
  return toQuartiles(values.map((value, round) => compare(value, others[round] ?? Number.NaN)));
}

/** How many times as much the first takes. */
export const toRatio = (value: number, other: number) => value / other;

/** How much more the first takes. */
export const toDifference = (value: number, other: number) => value - other;

/** Puts items into a random order, in place. */
export function shuffle<Item>(items: Item[]): Item[] {
  for (let index = items.length - 1; index > 0; index -= 1) {
    const other = Math.floor(Math.random() * (index + 1));
    [items[index], items[other]] = [items[other] as Item, items[index] as Item];
  }
  return items;
}
