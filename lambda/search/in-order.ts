/**
 * Works on items side by side, at most `width` at once, and gives the results in the order of the items. An
 * item is taken only when there is room for it. A failure is thrown when its turn comes.
 */
export async function* inOrder<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  width: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const running: Promise<Result>[] = [];
  for await (const item of items) {
    const result = work(item);
    // Whoever takes the results meets the failure; until then it must not count as unhandled.
    result.catch(() => undefined);
    running.push(result);
    if (running.length === width) yield* running.splice(0, 1);
  }
  yield* running;
}
