/** Every tool of this server, one line each. Their scopes are in `scopes.ts`. */
export { appendFile } from './append-file.ts';
export { copyFile } from './copy-file.ts';
export { createDownloadUrl } from './create-download-url.ts';
export { createUploadUrl } from './create-upload-url.ts';
export { deleteFile } from './delete-file.ts';
export { editFile } from './edit-file.ts';
export { editFiles } from './edit-files.ts';
export { getFileInfo } from './get-file-info.ts';
export { listFileVersions } from './list-file-versions.ts';
export { listFiles } from './list-files.ts';
export { moveFile } from './move-file.ts';
export { readFile } from './read-file.ts';
export { readMultipleFiles } from './read-multiple-files.ts';
export { restoreFile } from './restore-file.ts';
export { searchFiles } from './search-files.ts';
export { whoami } from './whoami.ts';
export { writeFile } from './write-file.ts';
