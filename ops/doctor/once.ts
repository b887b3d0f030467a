/** Makes a fact that is got when it is first asked for and kept from then on, its failure too. */
export function once<Fact>(get: () => Promise<Fact>): () => Promise<Fact> {
  let fact: Promise<Fact> | undefined;
  return () => {
    fact ??= get();
    return fact;
  };
}
