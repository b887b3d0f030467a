import type { Archive } from '../archive.ts';
import { readXml } from '../markup.ts';

/** A link from one part of an OOXML package to another (ECMA-376 part 2, relationships). */
export interface Relationship {
  readonly id: string;
  /** The last word of its type, such as `worksheet`. */
  readonly type: string;
  /** The name of the part in the archive. */
  readonly part: string;
}

/** The relationships of a part to others of the package. What lies outside of it is left out, and never fetched. */
export async function readRelationships(archive: Archive, part: string): Promise<readonly Relationship[]> {
  const slash = part.lastIndexOf('/') + 1;
  const own = `${part.slice(0, slash)}_rels/${part.slice(slash)}.rels`;
  const found: Relationship[] = [];
  if (!archive.has(own)) return found;
  await readXml(archive.stream(own), {
    open(name, { Id = '', Type = '', Target = '', TargetMode }) {
      if (name !== 'Relationship' || TargetMode === 'External') return;
      const type = Type.slice(Type.lastIndexOf('/') + 1);
      found.push({ id: Id, type, part: resolve(part.slice(0, slash), Target) });
    },
  });
  return found;
}

/** The name is looked up among those of the archive and nowhere else, wherever its `..` lead. */
function resolve(directory: string, target: string): string {
  return new URL(target, `part:///${directory}`).pathname.slice(1);
}
