const plainText = 'text/plain; charset=utf-8';

/** The media type (RFC 6838) of a file by the ending of its name; `application/octet-stream` where that says nothing. */
export async function toMediaType(path: string): Promise<string> {
  return (await findMediaType(path)) ?? 'application/octet-stream';
}

/** Endings that the table has for a video, and nearly every file for TypeScript. */
const typeScript = ['ts', 'mts'];

/** The media type of a file that is known to be UTF-8 text. */
export async function toTextMediaType(path: string): Promise<string> {
  const mediaType = (await findMediaType(path)) ?? plainText;
  if (/^(image|audio|video|font)\/(?!.*\+xml$)/.test(mediaType)) return plainText;
  return /^text\/[^;]+$/.test(mediaType) ? `${mediaType}; charset=utf-8` : mediaType;
}

/** The table is imported here, so that a start does not read it. */
async function findMediaType(path: string): Promise<string | undefined> {
  const { mimes } = await import('mrmime');
  const ending = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  if (typeScript.includes(ending)) return 'text/plain';
  // An ending may be the name of something that every object has, such as "constructor".
  return Object.hasOwn(mimes, ending) ? mimes[ending] : undefined;
}
