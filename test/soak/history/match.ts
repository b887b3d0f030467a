import type { Batch } from './history.ts';

/** Something that may have made one effect. */
export interface Cause {
  /** How many of the causes that share it have an effect: no more, and no fewer. */
  readonly batch?: Batch | undefined;
}

/** Which effect has which cause. */
export interface Matching<Effect, Causing> {
  readonly causeOf: ReadonlyMap<Effect, Causing>;
  /** The batches for which fewer effects were found than they made: their causes, and how many were found. */
  readonly lacking: readonly {
    readonly causes: readonly Causing[];
    readonly batch: Batch;
    readonly found: number;
  }[];
}

/**
 * Assigns as many effects as possible to causes, so that no effect has two causes, no cause has two effects, and no
 * batch has more effects than it made (the greatest flow, by augmenting paths).
 */
export function matchCauses<Effect, Causing extends Cause>(
  effects: readonly Effect[],
  causes: readonly Causing[],
  fits: (cause: Causing, effect: Effect) => boolean,
): Matching<Effect, Causing> {
  const causeOf = new Map<Effect, Causing>();
  const effectOf = new Map<Causing, Effect>();
  const effectsOf = new Map<Batch, number>();
  const ofBatch = Map.groupBy(causes, ({ batch }) => batch);

  /** Gives `effect` a cause; other effects may have to change theirs. */
  function place(effect: Effect, tried: Set<Causing | Batch>): boolean {
    for (const cause of causes) {
      if (tried.has(cause) || !fits(cause, effect)) continue;
      tried.add(cause);
      const rival = effectOf.get(cause);
      // The rival keeps its place in the batch for the one that takes its cause.
      const isFree = rival === undefined ? findRoom(cause.batch, tried) : place(rival, tried);
      if (!isFree) continue;
      causeOf.set(effect, cause);
      effectOf.set(cause, effect);
      return true;
    }
    return false;
  }

  /** Makes room for one more effect in a batch; one that is there may have to go to another batch. */
  function findRoom(batch: Batch | undefined, tried: Set<Causing | Batch>): boolean {
    if (batch === undefined) return true;
    const count = effectsOf.get(batch) ?? 0;
    if (count < batch.made) {
      effectsOf.set(batch, count + 1);
      return true;
    }
    if (tried.has(batch)) return false;
    tried.add(batch);
    for (const cause of ofBatch.get(batch) ?? []) {
      const effect = effectOf.get(cause);
      if (effect === undefined || tried.has(cause)) continue;
      tried.add(cause);
      if (!place(effect, tried)) continue;
      effectOf.delete(cause);
      return true;
    }
    return false;
  }

  for (const effect of effects) place(effect, new Set());
  const lacking = [...ofBatch].flatMap(([batch, members]) => {
    const found = (batch && effectsOf.get(batch)) ?? 0;
    return batch && found < batch.made ? [{ causes: members, batch, found }] : [];
  });
  return { causeOf, lacking };
}
