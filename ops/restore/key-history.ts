import type { S3Client } from '@aws-sdk/client-s3';
import { readVersionPage, type Version, type VersionPage } from './version-page.ts';

/** A key by its present version, and the one that was the latest at the point in time, if there was one. */
export interface KeyHistory {
  readonly present: Version;
  /** `lost` where one that may have been there then was overwritten for good. */
  readonly past: Version | 'lost' | undefined;
}

/** What is brought back. */
export interface Scope {
  readonly client: S3Client;
  readonly bucket: string;
  readonly prefix: string;
  readonly to: Date;
}

/** The id of what was written while the bucket kept no versions: it took the place of what had this id before. */
const unversioned = 'null';

/** What is known of a key so far: four versions at most, however many it has. */
interface Known {
  present?: Version;
  /** One made after the point in time, none of its kind is older. */
  after?: Version;
  /** Whether one that was made after the point in time may have taken the place of an older one. */
  isLost?: boolean;
  /** The newest ones made until then, of files and of deletions. */
  file?: Version;
  deletion?: Version;
}

/** Reads the histories of all keys, page by page; holds one page and what is known of its keys. */
export async function* readHistories(scope: Scope): AsyncGenerator<KeyHistory, void> {
  const { client, bucket, prefix, to } = scope;
  const open = new Map<string, Known>();
  let page: VersionPage | undefined;
  do {
    page = await readVersionPage(client, bucket, { prefix, after: page?.next });
    for (const version of page.versions) learn(open, version, to);
    // The versions of a key follow each other: only the last key of a page goes on in the next.
    const goesOn = page.next?.key;
    const done = [...open].filter(([key]) => key !== goesOn);
    for (const [key, known] of done) {
      open.delete(key);
      if (known.present) yield { present: known.present, past: await findPast(scope, known) };
    }
  } while (page.next);
}

function learn(open: Map<string, Known>, version: Version, to: Date): void {
  const known = open.get(version.key) ?? {};
  open.set(version.key, known);
  if (version.isLatest) known.present = version;
  // The newest of each kind comes first.
  if (version.modified > to) {
    known.after = version;
    known.isLost ||= version.versionId === unversioned;
  } else if (version.isDeletion) known.deletion ??= version;
  else known.file ??= version;
}

async function findPast(scope: Scope, known: Known): Promise<KeyHistory['past']> {
  const { after, file, deletion, isLost } = known;
  if (isLost) return 'lost';
  if (!file || !deletion) return file ?? deletion;
  const difference = file.modified.getTime() - deletion.modified.getTime();
  if (difference !== 0) return difference > 0 ? file : deletion;
  // Both were made in the same second and come from two lists, so only their order in the bucket tells which is newer.
  return after ? findNext(scope, after) : [file, deletion].find(({ isLatest }) => isLatest);
}

/** Goes one version at a time from one that is too new to the first that is not, which was there a moment ago. */
async function findNext({ client, bucket, to }: Scope, { key, versionId }: Version): Promise<Version> {
  let after = { key, versionId };
  for (;;) {
    const { versions } = await readVersionPage(client, bucket, { prefix: key, after, limit: 1 });
    const [next] = versions;
    if (next?.key !== key) throw new Error(`versions of "${key}" went away while they were read`);
    if (next.modified <= to) return next;
    after = next;
  }
}
