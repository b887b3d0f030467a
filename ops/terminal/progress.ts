/** One line that tells how far long work has come. */
export interface Progress {
  /** Shows a text in place of the one before, at most ten times a second. */
  show(text: string): void;
  /** Takes the line away. Call it before anything else is printed, and at the end. */
  clear(): void;
}

const minMilliseconds = 100;

/** Shows progress on a terminal, and nothing where the stream is a file or a pipe. */
export function createProgress(
  stream: { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown },
  now = Date.now,
): Progress {
  let shownAt = Number.NEGATIVE_INFINITY;
  let isShown = false;
  return {
    show(text) {
      if (stream.isTTY !== true || now() - shownAt < minMilliseconds) return;
      shownAt = now();
      isShown = true;
      // A line that wraps could not be written over.
      stream.write(`\r\u001b[K${text.slice(0, (stream.columns ?? 80) - 1)}`);
    },
    clear() {
      if (isShown) stream.write('\r\u001b[K');
      isShown = false;
    },
  };
}
