/** Makes the choices of one run: a whole number from 0 to `count - 1`. */
export type Choose = (count: number) => number;

/**
 * Runs a function once for every sequence of choices it can make. Each run repeats the choices of the run before, up to
 * the last one that has an alternative left. Returns the number of runs.
 */
export async function exploreAll(run: (choose: Choose) => Promise<void>): Promise<number> {
  let planned: number[] = [];
  for (let runs = 1; ; runs += 1) {
    const counts: number[] = [];
    const made: number[] = [];
    await run((count) => {
      const choice = planned[made.length] ?? 0;
      counts.push(count);
      made.push(choice);
      return choice;
    });
    while (made.length > 0 && (made.at(-1) ?? 0) + 1 >= (counts[made.length - 1] ?? 0)) made.pop();
    const last = made.pop();
    if (last === undefined) return runs;
    planned = [...made, last + 1];
  }
}
