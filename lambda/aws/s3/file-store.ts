import type { FileStore } from '../../files/file-store.ts';
import { createCopying } from './copy.ts';
import { createDeleting } from './delete.ts';
import { createLinks } from './links.ts';
import { createListing } from './list.ts';
import type { Location } from './location.ts';
import { createReading } from './read.ts';
import { createVersionListing } from './versions.ts';
import { createWriting } from './write.ts';

/** Creates the file store on one prefix of an S3 bucket, which keeps versions. */
export function createS3FileStore(location: Location): FileStore {
  const versions = createVersionListing(location);
  return {
    ...versions,
    ...createReading(location),
    ...createWriting(location, versions.listVersions),
    ...createCopying(location),
    ...createDeleting(location, versions.listVersions),
    ...createListing(location),
    ...createLinks(location),
  };
}
