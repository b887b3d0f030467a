/** What two threads talk through: a `MessagePort` or a `Worker` of `node:worker_threads`. */
export interface Port {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: Message) => void): unknown;
}

/** A function that the other thread may call. What it takes and gives can be cloned. */
export type Handler = (argument: never) => Promise<unknown>;

type Message =
  | { readonly call: number; readonly name: string; readonly argument: unknown }
  | { readonly answer: number; readonly result: unknown }
  | { readonly answer: number; readonly error: { readonly name: string; readonly message: string } };

/** Calls functions of the other thread. */
export interface Peer {
  /** Rejects with an error of the name and the message that the other thread's has. */
  call(name: string, argument?: unknown): Promise<unknown>;
  /** Rejects every call that is waiting. */
  fail(error: unknown): void;
}

/** Joins this thread to another: each may call the other's handlers. */
export function createPeer(port: Port, handlers: Readonly<Record<string, Handler>>): Peer {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let count = 0;

  async function answer(call: number, name: string, argument: unknown): Promise<void> {
    try {
      // Both threads run the same code, which knows what its handlers take.
      port.postMessage({ answer: call, result: await handlers[name]?.(argument as never) });
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      port.postMessage({ answer: call, error: { name, message } });
    }
  }

  port.on('message', (message) => {
    if ('call' in message) return void answer(message.call, message.name, message.argument);
    const call = waiting.get(message.answer);
    waiting.delete(message.answer);
    if ('result' in message) return call?.resolve(message.result);
    call?.reject(Object.assign(new Error(message.error.message), { name: message.error.name }));
  });

  return {
    call(name, argument) {
      const call = Promise.withResolvers<unknown>();
      count += 1;
      waiting.set(count, call);
      port.postMessage({ call: count, name, argument });
      return call.promise;
    },
    fail(error) {
      for (const call of waiting.values()) call.reject(error);
      waiting.clear();
    },
  };
}
