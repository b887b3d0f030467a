import type { Readable } from 'node:stream';
import type { BucketStore } from './bucket-store.ts';
import type { ObjectFiles } from './object-files.ts';
import type { ObjectStore } from './object-store.ts';
import type { S3Request } from './request.ts';
import type { UploadStore } from './upload-store.ts';
import { toDocument, type XmlContent } from './xml.ts';

/** What operations work on. */
export type Storage = {
  region: string;
  buckets: BucketStore;
  objects: ObjectStore;
  uploads: UploadStore;
  files: ObjectFiles;
};

/** An answer; a `Readable` body needs its `content-length` among the headers. */
export type S3Reply = { status: number; headers?: Record<string, string>; body?: string | Readable };

/** One operation of the S3 API. Its request is authentic and its bucket exists. Throws `S3Error`. */
export type Operation = (request: S3Request, storage: Storage) => S3Reply | Promise<S3Reply>;

/** A `200` with a document. */
export function toXmlReply(name: string, content: XmlContent, headers: Record<string, string> = {}): S3Reply {
  return {
    status: 200,
    headers: { 'content-type': 'application/xml', ...headers },
    body: toDocument(name, content),
  };
}
