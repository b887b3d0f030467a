import { enterTool } from './enter-tool.ts';

// Every tool of this server, one entry each, loaded when it is first called or listed. Their scopes are in `scopes.ts`.

export const appendFile = enterTool('append_file', async () => (await import('./append-file.ts')).appendFile);
export const copyDirectory = enterTool(
  'copy_directory',
  async () => (await import('./copy-directory.ts')).copyDirectory,
);
export const copyFile = enterTool('copy_file', async () => (await import('./copy-file.ts')).copyFile);
export const createDownloadUrl = enterTool(
  'create_download_url',
  async () => (await import('./create-download-url.ts')).createDownloadUrl,
);
export const createUploadUrl = enterTool(
  'create_upload_url',
  async () => (await import('./create-upload-url.ts')).createUploadUrl,
);
export const deleteDirectory = enterTool(
  'delete_directory',
  async () => (await import('./delete-directory.ts')).deleteDirectory,
  { deletes: true },
);
export const deleteFile = enterTool(
  'delete_file',
  async () => (await import('./delete-file.ts')).deleteFile,
  { deletes: true },
);
export const editFile = enterTool('edit_file', async () => (await import('./edit-file.ts')).editFile);
export const editFiles = enterTool('edit_files', async () => (await import('./edit-files.ts')).editFiles);
export const getFileInfo = enterTool(
  'get_file_info',
  async () => (await import('./get-file-info.ts')).getFileInfo,
);
export const listFileVersions = enterTool(
  'list_file_versions',
  async () => (await import('./list-file-versions.ts')).listFileVersions,
);
export const listFiles = enterTool('list_files', async () => (await import('./list-files.ts')).listFiles);
export const moveDirectory = enterTool(
  'move_directory',
  async () => (await import('./move-directory.ts')).moveDirectory,
  { deletes: true },
);
export const moveFile = enterTool('move_file', async () => (await import('./move-file.ts')).moveFile, {
  deletes: true,
});
export const readFile = enterTool('read_file', async () => (await import('./read-file.ts')).readFile);
export const readMultipleFiles = enterTool(
  'read_multiple_files',
  async () => (await import('./read-multiple-files.ts')).readMultipleFiles,
);
export const restoreFile = enterTool(
  'restore_file',
  async () => (await import('./restore-file.ts')).restoreFile,
);
export const searchFiles = enterTool(
  'search_files',
  async () => (await import('./search-files.ts')).searchFiles,
);
export const whoami = enterTool('whoami', async () => (await import('./whoami.ts')).whoami);
export const writeFile = enterTool('write_file', async () => (await import('./write-file.ts')).writeFile);
