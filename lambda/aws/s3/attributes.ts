import type { CopyObjectCommandInput, HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import type { FileAttributes } from '../../files/file-store.ts';
import { isOfWriter } from './writer-metadata.ts';

/** The metadata name, without `x-amz-meta-`, that holds the id of the write or copy that made a version. */
export const nameOfWrite = 'write-id';

/** The most metadata that S3 keeps, names and values together, in bytes (Amazon S3 user guide, object metadata). */
const maxMetadataBytes = 2_048;

/** The storage classes that a write may ask for. The others cannot be read, or belong to other kinds of buckets. */
const storageClasses = [
  'GLACIER_IR',
  'INTELLIGENT_TIERING',
  'ONEZONE_IA',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
] as const;

/** The parameters of PutObject and CopyObject that carry attributes. */
export type AttributeInput = Pick<
  CopyObjectCommandInput,
  | 'CacheControl'
  | 'ContentDisposition'
  | 'ContentEncoding'
  | 'ContentLanguage'
  | 'Expires'
  | 'Metadata'
  | 'StorageClass'
>;

/** The parts of an S3 answer that carry attributes. */
export type AttributeOutput = Pick<
  HeadObjectCommandOutput,
  | 'CacheControl'
  | 'ContentDisposition'
  | 'ContentEncoding'
  | 'ContentLanguage'
  | 'ExpiresString'
  | 'Metadata'
  | 'MissingMeta'
  | 'StorageClass'
>;

/** Reads what an object carries besides its content and its type. Returns undefined when there is nothing. */
export function readAttributes(object: AttributeOutput): FileAttributes | undefined {
  const metadata = Object.fromEntries(
    Object.entries(object.Metadata ?? {}).filter(([name]) => name !== nameOfWrite && !isOfWriter(name)),
  );
  const expires = readDate(object.ExpiresString);
  const attributes = {
    ...(object.CacheControl !== undefined && { cacheControl: object.CacheControl }),
    ...(object.ContentDisposition !== undefined && { contentDisposition: object.ContentDisposition }),
    ...(object.ContentEncoding !== undefined && { contentEncoding: object.ContentEncoding }),
    ...(object.ContentLanguage !== undefined && { contentLanguage: object.ContentLanguage }),
    ...(expires && { expires }),
    ...(object.StorageClass !== undefined && { storageClass: object.StorageClass }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
  };
  return Object.keys(attributes).length === 0 ? undefined : attributes;
}

/** Converts attributes into parameters of an S3 request. */
export function toAttributeInput(attributes: FileAttributes = {}): AttributeInput {
  const storageClass = storageClasses.find((name) => name === attributes.storageClass);
  return {
    ...(attributes.cacheControl !== undefined && { CacheControl: attributes.cacheControl }),
    ...(attributes.contentDisposition !== undefined && { ContentDisposition: attributes.contentDisposition }),
    ...(attributes.contentEncoding !== undefined && { ContentEncoding: attributes.contentEncoding }),
    ...(attributes.contentLanguage !== undefined && { ContentLanguage: attributes.contentLanguage }),
    ...(attributes.expires && { Expires: attributes.expires }),
    ...(storageClass && { StorageClass: storageClass }),
  };
}

/** Adds the id of a write to metadata. Returns undefined when S3 would refuse that much metadata. */
export function toNamedMetadata(
  writeId: string,
  metadata: Readonly<Record<string, string>> = {},
): Record<string, string> | undefined {
  const named = { ...metadata, [nameOfWrite]: writeId };
  const size = Object.entries(named).reduce((sum, entry) => sum + Buffer.byteLength(entry.join('')), 0);
  return size <= maxMetadataBytes ? named : undefined;
}

/**
 * Tells whether everything that an object carries can be written again. Only then can a copy get a write id of its
 * own.
 */
export function isRepeatable({ ExpiresString, MissingMeta = 0 }: AttributeOutput): boolean {
  return MissingMeta === 0 && (ExpiresString === undefined || readDate(ExpiresString) !== undefined);
}

function readDate(text: string | undefined): Date | undefined {
  const date = new Date(text ?? '');
  return Number.isNaN(date.getTime()) ? undefined : date;
}
