import * as z from 'zod';

const message = 'version_id is not valid: pass one from list_file_versions';

/** A version as S3 names it: at most 1,024 characters that a URL and a header can carry. */
export const versionIdInput = z
  .string()
  .max(1024, message)
  .regex(/^[!-~]+$/, message);
