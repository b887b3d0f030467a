/** What a caller asks for. Files are named by one letter; every text is unique. */
export type Operation =
  | { readonly kind: 'write' | 'create' | 'append'; readonly path: string; readonly text: string }
  /** A write on the condition that the file still has its initial content. */
  | { readonly kind: 'replace'; readonly path: string; readonly text: string }
  | { readonly kind: 'edit'; readonly path: string; readonly old: string; readonly text: string }
  /** Copies the initial version of a file onto its own path. */
  | { readonly kind: 'restore'; readonly path: string }
  | {
      readonly kind: 'copy' | 'move';
      readonly path: string;
      readonly to: string;
      readonly overwrite: boolean;
    }
  | { readonly kind: 'delete'; readonly path: string };

/**
 * What the caller was told. `copied` is a move whose source was not deleted. `hidden` is a deletion, alone or in a
 * move, that may have hidden a newer version than intended; the caller was told how to restore it.
 */
export type Outcome = 'done' | 'not done' | 'copied' | 'hidden' | 'unknown';

/** The files, by path. Each write gives its file a new number, as a version id does. */
type State = Readonly<Record<string, { readonly content: string; readonly version: number }>>;

/** One step of an operation; returns undefined if the step is impossible in this state. */
type Step = (state: State, seen: Map<Operation, number>, version: number) => State | undefined;

/**
 * Finds every state in which operations can leave the files when each takes effect at one moment, in any order; a move
 * takes effect at two moments. An operation that was done must be possible at its moment; one that was not done has no
 * effect; one with an unknown outcome may lack any number of its last steps. After a lost answer, two callers may each
 * take the same deletion for their own.
 */
export function findEnds(
  initial: Readonly<Record<string, string>>,
  calls: readonly { readonly operation: Operation; readonly outcome: Outcome }[],
  { mayShareDeletions }: { readonly mayShareDeletions: boolean },
): ReadonlySet<string> {
  const ends = new Set<string>();
  const start = Object.fromEntries(
    Object.entries(initial).map(([path, content], index) => [path, { content, version: -1 - index }]),
  );
  const all = calls.map(({ operation, outcome }) => ({
    steps: toSteps(operation, initial, { mayShare: mayShareDeletions, mayHide: outcome === 'hidden' }),
    operation,
    ...toBounds(operation, outcome),
  }));

  function go(state: State, made: readonly number[], seen: Map<Operation, number>, version: number): void {
    if (all.every(({ least }, index) => (made[index] ?? 0) >= least)) ends.add(toEnd(state));
    for (const [index, { steps, most }] of all.entries()) {
      const count = made[index] ?? 0;
      const step = count < most ? steps[count] : undefined;
      const known = new Map(seen);
      const next = step?.(state, known, version);
      if (next) go(next, made.with(index, count + 1), known, version + 1);
    }
  }

  go(
    start,
    calls.map(() => 0),
    new Map(),
    0,
  );
  return ends;
}

/** Writes a state as text, for comparison. */
export function toEnd(files: Readonly<Record<string, { readonly content: string }>>): string {
  const entries = Object.entries(files).map(([path, { content }]) => `${path}=${content}`);
  return entries.toSorted().join(' ');
}

/** The least and the most steps that are made. */
function toBounds({ kind }: Operation, outcome: Outcome): { least: number; most: number } {
  const all = kind === 'move' ? 2 : 1;
  switch (outcome) {
    case 'done':
      return { least: all, most: all };
    case 'not done':
      return { least: 0, most: 0 };
    case 'copied':
      return { least: 1, most: 1 };
    case 'hidden':
      return { least: all - 1, most: all };
    case 'unknown':
      return { least: 0, most: all };
  }
}

function toSteps(
  operation: Operation,
  initial: Readonly<Record<string, string>>,
  { mayShare, mayHide }: { readonly mayShare: boolean; readonly mayHide: boolean },
): Step[] {
  const { path } = operation;
  const put =
    (toContent: (before: string | undefined) => string | undefined, target = path): Step =>
    (state, _, version) => {
      const content = toContent(state[target]?.content);
      return content === undefined ? undefined : { ...state, [target]: { content, version } };
    };
  switch (operation.kind) {
    case 'write':
      return [put(() => operation.text)];
    case 'create':
      return [put((before) => (before === undefined ? operation.text : undefined))];
    case 'replace':
      return [put((before) => (before === initial[path] ? operation.text : undefined))];
    case 'append':
      return [put((before = '') => before + operation.text)];
    case 'edit':
      return [
        put((before) =>
          before?.includes(operation.old) ? before.replace(operation.old, operation.text) : undefined,
        ),
      ];
    case 'restore':
      return [put(() => initial[path])];
    case 'delete':
      return [(state) => (state[path] || mayShare ? without(state, path) : undefined)];
    case 'copy':
    case 'move': {
      const { to, overwrite } = operation;
      const copy: Step = (state, seen, version) => {
        const source = state[path];
        if (!source || (state[to] && !overwrite)) return undefined;
        seen.set(operation, source.version);
        return { ...state, [to]: { content: source.content, version } };
      };
      const remove: Step = (state, seen) => {
        const present = state[path]?.version;
        if (present === undefined) return mayShare ? state : undefined;
        return mayHide || present === seen.get(operation) ? without(state, path) : undefined;
      };
      return operation.kind === 'copy' ? [copy] : [copy, remove];
    }
  }
}

function without(state: State, path: string): State {
  const { [path]: _, ...rest } = state;
  return rest;
}
