/**
 * Works on at most `width` items at a time, and yields the results in the order of the items. An item is taken only
 * when there is room for it. A failure is thrown when its turn comes.
 */
export async function* inOrder<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  width: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const running: Promise<Result>[] = [];
  for await (const item of items) {
    const result = work(item);
    // The failure is thrown to the consumer later; until then it must not count as unhandled.
    result.catch(() => undefined);
    running.push(result);
    if (running.length === width) yield* running.splice(0, 1);
  }
  yield* running;
}
