/** How files of each type begin; `null` is any byte (WHATWG MIME Sniffing section 6.1). */
const beginnings: readonly (readonly [string, readonly (number | null)[]])[] = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38]],
  ['image/webp', [0x52, 0x49, 0x46, 0x46, null, null, null, null, 0x57, 0x45, 0x42, 0x50]],
];

/**
 * Finds the type of an image by its first bytes, not by its name. It finds only types that every model can see. In
 * some clients an image of another type, or of another type than stated, ends the whole conversation.
 */
export function findImageType(bytes: Uint8Array): string | undefined {
  return beginnings.find(([, beginning]) =>
    beginning.every((byte, index) => byte === null || byte === bytes[index]),
  )?.[0];
}
