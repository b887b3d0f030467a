/** Bounds how many bytes are worked on at once. */
export interface ByteGate {
  /** Waits until so many bytes have room; what is larger than all of it goes alone. First come, first served. */
  enter(bytes: number): Promise<void>;
  /** Gives the room back. */
  leave(bytes: number): void;
}

/** Creates a gate for at most `most` bytes. */
export function createByteGate(most: number): ByteGate {
  const waiting: { readonly bytes: number; enter(): void }[] = [];
  let held = 0;

  function admit(): void {
    for (let [first] = waiting; first && (held === 0 || held + first.bytes <= most); [first] = waiting) {
      waiting.shift();
      held += first.bytes;
      first.enter();
    }
  }

  return {
    enter: (bytes) =>
      new Promise((enter) => {
        waiting.push({ bytes, enter });
        admit();
      }),
    leave(bytes) {
      held -= bytes;
      admit();
    },
  };
}
