import type { FileStore } from '../../files/file-store.ts';
import type { Pause } from './change.ts';
import { createCopying } from './copy.ts';
import { createDeleting } from './delete.ts';
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
  // Imported on first use, with the presigner, so that a start does not read it.
  const loadLinks = async () => (await import('./links.ts')).createLinks(location);
  return {
    ...versions,
    copy,
    ...createReading(location),
    ...createWriting(location, pause),
    ...createDeleting(location, { ...versions, putBack }, pause),
    ...createListing(location),
    createDownloadUrl: async (...call) => (await loadLinks()).createDownloadUrl(...call),
    createUploadUrl: async (...call) => (await loadLinks()).createUploadUrl(...call),
  };
}
