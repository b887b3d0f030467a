import type { RequestHeaders } from './request-headers.ts';

/** The headers of an upload that are kept with the object and answered with it, besides `x-amz-meta-*`. */
export const contentHeaders = [
  'content-type',
  'content-disposition',
  'content-encoding',
  'content-language',
  'cache-control',
  'expires',
];

/** Picks from an upload's headers what is kept with the object. */
export function readObjectHeaders(headers: RequestHeaders): Record<string, string> {
  const kept: Record<string, string> = { 'content-type': 'binary/octet-stream' };
  for (const [name, value] of Object.entries(headers)) {
    const stored = name === 'content-encoding' ? withoutAwsChunked(value) : value;
    if (stored && (contentHeaders.includes(name) || name.startsWith('x-amz-meta-'))) kept[name] = stored;
  }
  return kept;
}

/** The headers of a checksum, if there is one: all checksums here are of whole objects. */
export function toChecksumHeaders(checksum: Record<string, string>): Record<string, string> {
  return Object.keys(checksum).length === 0 ? {} : { ...checksum, 'x-amz-checksum-type': 'FULL_OBJECT' };
}

// It says how the upload travelled, not what the object is.
function withoutAwsChunked(codings = ''): string {
  const list = codings.split(',').map((coding) => coding.trim());
  return list.filter((coding) => coding !== 'aws-chunked').join(',');
}
