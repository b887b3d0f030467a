/**
 * Assigns one effect to as many causes as possible, so that no effect has two causes (Kuhn's algorithm for bipartite
 * matching). Returns each matched effect with its cause.
 */
export function matchCauses<Effect, Cause>(
  effects: readonly Effect[],
  causes: readonly Cause[],
  fits: (cause: Cause, effect: Effect) => boolean,
): ReadonlyMap<Effect, Cause> {
  const causeOf = new Map<Effect, Cause>();
  const effectOf = new Map<Cause, Effect>();

  /** Gives `effect` a cause; other effects may have to change theirs. */
  function place(effect: Effect, tried: Set<Cause>): boolean {
    for (const cause of causes) {
      if (tried.has(cause) || !fits(cause, effect)) continue;
      tried.add(cause);
      const rival = effectOf.get(cause);
      if (rival !== undefined && !place(rival, tried)) continue;
      causeOf.set(effect, cause);
      effectOf.set(cause, effect);
      return true;
    }
    return false;
  }

  for (const effect of effects) place(effect, new Set());
  return causeOf;
}
