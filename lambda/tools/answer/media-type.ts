import { mimes } from 'mrmime';

const plainText = 'text/plain; charset=utf-8';

/** The media type (RFC 6838) of a file by the ending of its name; `application/octet-stream` where that says nothing. */
export function toMediaType(path: string): string {
  return findMediaType(path) ?? 'application/octet-stream';
}

/** The media type of a file that is known to be UTF-8 text, whatever else an ending like `.ts` may stand for. */
export function toTextMediaType(path: string): string {
  const mediaType = findMediaType(path) ?? plainText;
  if (/^(image|audio|video|font)\/(?!.*\+xml$)/.test(mediaType)) return plainText;
  return /^text\/[^;]+$/.test(mediaType) ? `${mediaType}; charset=utf-8` : mediaType;
}

function findMediaType(path: string): string | undefined {
  const ending = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  // An ending may be the name of something that every object has, such as "constructor".
  return Object.hasOwn(mimes, ending) ? mimes[ending] : undefined;
}
