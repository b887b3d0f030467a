import * as z from 'zod';

/** Far above any real path: what is between is refused by its own message, and no answer repeats more than this. */
const maxLength = 4096;

/** An argument that is a path. What a path may hold is for `readFilePath` to say, in words of its own. */
export const pathInput = z.string().max(maxLength, 'the path is too long: use at most 800 bytes');
