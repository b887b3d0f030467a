import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { arrayBuffer } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import * as sdk from '@aws-sdk/client-s3';
import { type AwsClientStub, type AwsCommand, mockClient } from 'aws-sdk-client-mock';

/** A fault of one change: the caller gets no answer. */
export interface Fault {
  /** Whether the change is made and only the answer is lost. */
  readonly isDone: boolean;
  /** What others do before the caller learns of the fault. */
  readonly meanwhile?: () => Promise<unknown>;
}

/** One version of a key, with the headers of a HEAD; a delete marker has no content. */
interface Version {
  readonly key: string;
  readonly bytes: Uint8Array | undefined;
  readonly headers: {
    readonly VersionId: string;
    readonly LastModified: Date;
    readonly ETag?: string;
    readonly ContentLength?: number;
    readonly ExpiresString?: string;
  } & Kept;
}

/** The settings that S3 stores with an object exactly as they were given. */
type Kept = Pick<sdk.PutObjectCommandInput, (typeof keptNames)[number]>;

const keptNames = [
  'CacheControl',
  'ContentDisposition',
  'ContentEncoding',
  'ContentLanguage',
  'ContentType',
  'Metadata',
  'StorageClass',
] as const;

/** How the mocked S3 differs from its default. */
export interface MockedS3Options {
  /** Denies access to what is missing, as S3 does for callers who may not list. */
  readonly isSilent?: boolean;
  /** Equal contents have equal etags; by default each write gets a new one, as under KMS encryption. */
  readonly hasContentEtags?: boolean;
  /** Returns the fault of the next change, if there is one. */
  readonly takeFault?: () => Fault | undefined;
  /** Decides when a request reaches S3; by default in a later turn of the event loop. `signal` is that of the call. */
  readonly admit?: (operation: string, signal: AbortSignal | undefined) => Promise<unknown>;
}

/**
 * Puts one empty, versioned bucket behind every `S3Client` of this process and replaces an earlier one. It behaves like
 * Amazon S3 as far as the file store needs. Etags are opaque and new with every write, as under KMS encryption. The
 * stub tells which requests were made and accepts other answers for a command.
 */
export function mockS3(
  bucket: string,
  { isSilent = false, hasContentEtags = false, takeFault, admit }: MockedS3Options = {},
): AwsClientStub<sdk.S3Client> {
  const s3 = mockClient(sdk.S3Client);
  /** The versions of all keys, the newest first. */
  const versions: Version[] = [];

  /**
   * Answers a command in full in a later turn of the event loop, unless its signal is aborted by then. A parameter that
   * is not named here is an error, so that none is overlooked.
   */
  function answer<
    Input extends sdk.ServiceInputTypes & { readonly Bucket?: string | undefined },
    Output extends sdk.ServiceOutputTypes,
  >(
    command: new (input: Input) => AwsCommand<Input, Output>,
    parameters: readonly (keyof Input)[],
    toOutput: (input: Input) => Omit<Output, '$metadata'>,
  ): void {
    s3.on(command).callsFake(async (input: Input) => {
      // The stub's type does not know the options of `send`. Until the first wait, this call is the last.
      const [, options] = s3.send.lastCall.args as [unknown, { abortSignal?: AbortSignal }?];
      requireKnown(input, ['Bucket', ...parameters]);
      if (input.Bucket !== bucket) throw new Error(`send the mocked S3 the bucket ${bucket}`);
      requireNotAborted(options?.abortSignal);
      await (admit ? admit(command.name.replace('Command', ''), options?.abortSignal) : setImmediate());
      requireNotAborted(options?.abortSignal);
      const fault = /^(Put|Copy|Delete)/.test(command.name) ? takeFault?.() : undefined;
      if (!fault) return toOutput(input);
      if (fault.isDone) toOutput(input);
      await fault.meanwhile?.();
      throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    });
  }

  function findLatest(key: string): Version | undefined {
    return versions.find((version) => version.key === key);
  }

  /** The version that a read means; throws what GetObject throws. */
  function findVersion(key: string, versionId: string | undefined) {
    if (versionId !== undefined && !/^[0-9a-f]{32}$/.test(versionId)) {
      throw toS3Exception(400, 'InvalidArgument');
    }
    const isMeant = ({ headers }: Version) => versionId === undefined || headers.VersionId === versionId;
    const version = versions.find((one) => one.key === key && isMeant(one));
    if (version?.bytes) return { headers: version.headers, bytes: version.bytes };
    if (isSilent && !version?.bytes && !(version && versionId !== undefined))
      throw toS3Exception(403, 'AccessDenied');
    if (versionId === undefined) throw toS3Exception(404, 'NoSuchKey');
    throw version ? toS3Exception(405, 'MethodNotAllowed') : toS3Exception(404, 'NoSuchVersion');
  }

  /** The newest version comes first within a key; keys are in the order of their UTF-8 bytes. */
  function findBelow(prefix: string): Version[] {
    const found = versions.filter(({ key }) => key.startsWith(prefix));
    return found.sort((one, other) => compareBytes(one.key, other.key));
  }

  /** Adds a version or a delete marker if the conditions hold. For a condition, a delete marker counts as no object. */
  function add(
    key: string,
    { IfMatch, IfNoneMatch }: { IfMatch?: string | undefined; IfNoneMatch?: string | undefined },
    content?: { readonly bytes: Uint8Array; readonly kept: Kept; readonly expires?: string | undefined },
  ): Version['headers'] {
    const present = findLatest(key)?.headers.ETag;
    if (IfNoneMatch !== undefined && present !== undefined) throw toS3Exception(412, 'PreconditionFailed');
    if (IfMatch !== undefined && present === undefined) throw toS3Exception(404, 'NoSuchKey');
    requireMatch(IfMatch, present);
    const headers = {
      VersionId: toHex(),
      LastModified: new Date(Math.floor(Date.now() / 1_000) * 1_000),
      ...(content && {
        ETag: hasContentEtags ? toMd5(content.bytes) : `"${toHex()}-1"`,
        ContentLength: content.bytes.length,
        ...(content.expires !== undefined && { ExpiresString: content.expires }),
        ...content.kept,
      }),
    };
    versions.unshift({ key, bytes: content?.bytes, headers });
    return headers;
  }

  answer(
    sdk.PutObjectCommand,
    ['Key', 'Body', 'Expires', 'IfMatch', 'IfNoneMatch', ...keptNames],
    (input) => {
      const { Key = '', Body, Expires } = input;
      if (!(Body instanceof Uint8Array)) throw new Error('send the mocked S3 a Uint8Array as Body');
      const content = { bytes: Body.slice(), kept: pickKept(input), expires: Expires?.toUTCString() };
      const { ETag, VersionId } = add(Key, input, content);
      return { ETag, VersionId };
    },
  );

  answer(
    sdk.GetObjectCommand,
    ['Key', 'VersionId', 'IfMatch', 'Range'],
    ({ Key = '', VersionId, IfMatch, Range }) => {
      const { headers, bytes } = findVersion(Key, VersionId);
      requireMatch(IfMatch, headers.ETag);
      const range = readRange(Range, bytes.length);
      const part = range ? bytes.subarray(range.first, range.last + 1) : bytes;
      return {
        ...headers,
        ContentLength: part.length,
        ...(range && { ContentRange: `bytes ${range.first}-${range.last}/${bytes.length}` }),
        Body: toBody(part),
      };
    },
  );

  answer(sdk.HeadObjectCommand, ['Key', 'VersionId'], ({ Key = '', VersionId }) => {
    try {
      return findVersion(Key, VersionId).headers;
    } catch (error) {
      if (!(error instanceof sdk.S3ServiceException)) throw error;
      // The answer has no body that could name the error, so the SDK goes by the status.
      const status = error.$metadata.httpStatusCode ?? 0;
      throw toS3Exception(status, status === 404 ? 'NotFound' : 'Unknown');
    }
  });

  answer(sdk.DeleteObjectCommand, ['Key', 'IfMatch'], ({ Key = '', IfMatch }) => {
    return { DeleteMarker: true, VersionId: add(Key, { IfMatch }).VersionId };
  });

  answer(
    sdk.CopyObjectCommand,
    [
      'Key',
      'CopySource',
      'CopySourceIfMatch',
      'MetadataDirective',
      'TaggingDirective',
      'Expires',
      'IfMatch',
      'IfNoneMatch',
      ...keptNames,
    ],
    (input) => {
      const { Key = '', CopySource = '', CopySourceIfMatch, MetadataDirective, Expires } = input;
      const source = readCopySource(CopySource, bucket);
      const { headers, bytes } = findVersion(source.key, source.versionId);
      requireMatch(CopySourceIfMatch, headers.ETag);
      const replaces = MetadataDirective === 'REPLACE';
      const isItself = source.key === Key && source.versionId === undefined;
      if (isItself && !replaces) throw toS3Exception(400, 'InvalidRequest');
      const content = {
        bytes,
        kept: pickKept(replaces ? input : { ...headers, StorageClass: input.StorageClass }),
        expires: replaces ? Expires?.toUTCString() : headers.ExpiresString,
      };
      const { ETag, LastModified, VersionId } = add(Key, input, content);
      const CopySourceVersionId = headers.VersionId;
      return { CopyObjectResult: { ETag, LastModified }, VersionId, CopySourceVersionId };
    },
  );

  answer(
    sdk.ListObjectsV2Command,
    ['Prefix', 'Delimiter', 'StartAfter', 'MaxKeys'],
    ({ Prefix = '', Delimiter, StartAfter = '', MaxKeys = 1_000 }) => {
      /** Keys with their versions, and common prefixes. */
      const lines = new Map<string, sdk._Object | undefined>();
      for (const version of findBelow(Prefix)) {
        const { key, bytes } = version;
        const isPresent = bytes !== undefined && findLatest(key) === version;
        // Keys below a common prefix sort after it, so starting after one lists it again.
        if (!isPresent || compareBytes(key, StartAfter) <= 0) continue;
        const end = Delimiter === undefined ? -1 : key.indexOf(Delimiter, Prefix.length);
        if (end < 0) lines.set(key, toEntry(version));
        else lines.set(key.slice(0, end + 1), undefined);
      }
      const page = [...lines].slice(0, Math.min(MaxKeys, 1_000));
      return {
        KeyCount: page.length,
        IsTruncated: page.length < lines.size,
        Contents: orAbsent(page.flatMap(([, entry]) => entry ?? [])),
        CommonPrefixes: orAbsent(page.flatMap(([key, entry]) => (entry ? [] : { Prefix: key }))),
      };
    },
  );

  answer(
    sdk.ListObjectVersionsCommand,
    ['Prefix', 'KeyMarker', 'VersionIdMarker', 'MaxKeys'],
    ({ Prefix = '', KeyMarker, VersionIdMarker, MaxKeys = 1_000 }) => {
      const all = findBelow(Prefix);
      const marker = all.findIndex(
        ({ key, headers }) => key === KeyMarker && headers.VersionId === VersionIdMarker,
      );
      if (VersionIdMarker !== undefined && marker < 0) throw toS3Exception(400, 'InvalidArgument');
      const page = all.slice(marker + 1, marker + 1 + Math.min(MaxKeys, 1_000));
      const last = page.at(-1) === all.at(-1) ? undefined : page.at(-1);
      const toVersionEntry = (version: Version) => ({
        ...toEntry(version),
        VersionId: version.headers.VersionId,
        IsLatest: findLatest(version.key) === version,
      });
      return {
        IsTruncated: last !== undefined,
        NextKeyMarker: last?.key,
        NextVersionIdMarker: last?.headers.VersionId,
        Versions: orAbsent(page.filter(({ bytes }) => bytes).map(toVersionEntry)),
        DeleteMarkers: orAbsent(page.filter(({ bytes }) => !bytes).map(toVersionEntry)),
      };
    },
  );

  return s3;
}

/** The errors for which the SDK has classes; every other error code is a plain `S3ServiceException`. */
const exceptions = [
  sdk.AccessDenied,
  sdk.InvalidObjectState,
  sdk.InvalidRequest,
  sdk.NoSuchBucket,
  sdk.NoSuchKey,
  sdk.NotFound,
  sdk.ObjectNotInActiveTierError,
];

/** Makes the exception that the SDK throws when S3 answers with this status and error code. */
export function toS3Exception(status: number, code: string): sdk.S3ServiceException {
  const options = { message: code, $metadata: { httpStatusCode: status } };
  const Exception = exceptions.find(({ name }) => name === code);
  if (Exception) return new Exception(options);
  return new sdk.S3ServiceException({ ...options, name: code, $fault: status < 500 ? 'client' : 'server' });
}

function requireKnown<Input extends object>(input: Input, known: readonly (keyof Input)[]): void {
  const names: readonly PropertyKey[] = known;
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined || names.includes(name)) continue;
    throw new Error(`teach the mocked S3 what ${name} does`);
  }
}

/** The SDK's HTTP handler throws this, whatever the reason of the signal is. */
function requireNotAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw Object.assign(new Error('Request aborted'), { name: 'AbortError' });
}

function requireMatch(condition: string | undefined, etag: string | undefined): void {
  if (condition !== undefined && condition !== etag) throw toS3Exception(412, 'PreconditionFailed');
}

/** RFC 9110 section 14.1.2: a header that is no valid range is ignored, and an empty object has no range. */
function readRange(header = '', size: number): { first: number; last: number } | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header) ?? [];
  if (from === '' && to === '') return undefined;
  if (from !== '' && to !== '' && Number(from) > Number(to)) return undefined;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (first > last) throw toS3Exception(416, 'InvalidRange');
  return { first, last };
}

/** S3 decodes the header like a form, where a plus is a space. */
function readCopySource(header: string, bucket: string): { key: string; versionId: string | undefined } {
  const [path = '', versionId] = header.split('?versionId=');
  const decoded = decodeURIComponent(path.replaceAll('+', ' '));
  if (!decoded.startsWith(`${bucket}/`)) throw new Error(`copy from the bucket ${bucket}`);
  return { key: decoded.slice(bucket.length + 1), versionId };
}

/** A stream with the only method of the SDK's mixin that the store calls. */
function toBody(bytes: Uint8Array): NonNullable<sdk.GetObjectCommandOutput['Body']> {
  const stream = Readable.from([bytes]);
  const transformToByteArray = async () => new Uint8Array(await arrayBuffer(stream));
  // The rest of the mixin is in a package that this project does not depend on.
  return Object.assign(stream, { transformToByteArray }) as Readable & sdk.GetObjectCommandOutput['Body'];
}

function toEntry({ key, headers: { LastModified, ETag, ContentLength } }: Version) {
  return { Key: key, LastModified, ETag, Size: ContentLength };
}

/** The SDK omits a list without entries. */
function orAbsent<Entry>(entries: Entry[]): Entry[] | undefined {
  return entries.length === 0 ? undefined : entries;
}

function compareBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function pickKept(input: Kept): Kept {
  return Object.fromEntries(
    keptNames.flatMap((name) => (input[name] === undefined ? [] : [[name, input[name]]])),
  );
}

function toMd5(bytes: Uint8Array): string {
  return `"${createHash('md5').update(bytes).digest('hex')}"`;
}

function toHex(): string {
  return randomUUID().replaceAll('-', '');
}
