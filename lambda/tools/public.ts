/** What a tool of another project is made with. */
export { type FilePath, readFilePath } from '../files/file-path.ts';
export type { FileStore } from '../files/file-store.ts';
export { ToolFailure } from '../tool-failure.ts';
export type { Scope, ScopeTable } from './scopes.ts';
export { defineTool, type Tool, type ToolContext } from './tool.ts';
