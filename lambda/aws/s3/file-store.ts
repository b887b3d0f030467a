import type { FileStore } from '../../files/file-store.ts';
import type { Pause } from './change.ts';
import { createCopying } from './copy.ts';
import { createDeleting } from './delete.ts';
import { createLinks } from './links.ts';
import { createListing } from './list.ts';
import type { Location } from './location.ts';
import { createReading } from './read.ts';
import { createVersionListing } from './versions.ts';
import { createWriting } from './write.ts';

/**
 * Creates the file store on one prefix of an S3 bucket that keeps versions. `pause` waits before a request is
 * repeated.
 */
export function createS3FileStore(location: Location, pause?: Pause): FileStore {
  const versions = createVersionListing(location);
  const { copy, putBack } = createCopying(location, pause);
  return {
    ...versions,
    copy,
    ...createReading(location),
    ...createWriting(location, pause),
    ...createDeleting(location, { ...versions, putBack }, pause),
    ...createListing(location),
    ...createLinks(location),
  };
}
