import type { FileStore } from '../../files/file-store.ts';
import { createLinks } from './links.ts';
import { createListing } from './list.ts';
import type { Location } from './location.ts';
import { createReading } from './read.ts';
import { createWriting } from './write.ts';

/** Creates the file store on one prefix of an S3 bucket, which keeps versions. */
export function createS3FileStore(location: Location): FileStore {
  const reading = createReading(location);
  return {
    ...reading,
    ...createWriting(location, reading.stat),
    ...createListing(location),
    ...createLinks(location),
  };
}
