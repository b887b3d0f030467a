/** Every tool of this server, one line each; its scopes stand in `scopes.ts`. */
export { listFiles } from './list-files.ts';
export { readFile } from './read-file.ts';
export { whoami } from './whoami.ts';
export { writeFile } from './write-file.ts';
