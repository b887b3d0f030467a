import {
  appendFile,
  copyDirectory,
  copyFile,
  deleteDirectory,
  editFile,
  editFiles,
  getFileInfo,
  listFiles,
  moveDirectory,
  readFile,
  readMultipleFiles,
  searchFiles,
  writeFile,
} from '../../../lambda/tools/catalogue.ts';
import type { ToolEntry } from '../../../lambda/tools/tool.ts';
import { formats, toFormatPath } from './documents.ts';

/** One piece of work that is measured in its own process. */
export interface BenchCase {
  /**
   * `files` and `keys` are compared across what is stored; `memory` runs each tool at its limit; `documents` are read in
   * a thread of their own.
   */
  readonly group: 'files' | 'keys' | 'memory' | 'documents';
  readonly work: string;
  /** What is stored where the work is done. */
  readonly stored: string;
  readonly tool: ToolEntry;
  readonly runs: number;
  /** Runs count from 0, so that each can change its own file. */
  toArguments(run: number): Readonly<Record<string, unknown>>;
}

/** Text of `bytes` bytes that is stored under each of the paths. */
export interface StoredText {
  readonly bytes: number;
  readonly paths: readonly string[];
}

const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;

const fileSizes = {
  '1 KB': kibibyte,
  '1 MB': mebibyte,
  '32 MB': 32 * mebibyte,
  '1 GB': 1024 * mebibyte,
};
const keyCounts = [10, 1_000, 100_000];

const timedRuns = 41;
const memoryRuns = 5;
const documentRuns = 11;

const largePaths = toNames('large', 20);
const edits = ['edited', 'edited-all'];
const directories = ['copied-from', 'moved-from', 'deleted'];

/** Files of one directory that is copied, moved or deleted: as many as one call works on. */
const filesOfDirectory = 500;

/** Everything that the cases read and change. */
export const storedTexts: readonly StoredText[] = [
  ...Object.entries(fileSizes).map(([size, bytes]) => ({ bytes, paths: [toSizedPath(size)] })),
  { bytes: 32 * mebibyte, paths: largePaths },
  { bytes: 8 * mebibyte, paths: toNames('searched', 8) },
  { bytes: mebibyte, paths: toNames('appended', memoryRuns) },
  { bytes: 4 * mebibyte, paths: edits.flatMap((change) => toNames(change, memoryRuns)) },
  { bytes: 4 * mebibyte, paths: toRuns('edited-many', 8) },
  { bytes: 64 * kibibyte, paths: directories.flatMap((directory) => toRuns(directory, filesOfDirectory)) },
  ...keyCounts.map((count) => ({ bytes: 64, paths: toNames(`keys-${count}`, count) })),
];

/** Every case, in the order of the report. */
export const benchCases: readonly BenchCase[] = [
  ...toFileCases('get_file_info', getFileInfo, {}),
  ...toFileCases('read_file, head of 10 lines', readFile, { head: 10 }),
  ...toFileCases('read_file, tail of 10 lines', readFile, { tail: 10 }),
  ...toFileCases('read_file, default window', readFile, {}),
  ...toKeyCases('list_files, default page of 200', listFiles, {}),
  ...toKeyCases('search_files by glob, every name matches', searchFiles, { glob: '*.txt' }),
  ...toKeyCases('search_files by glob, no name matches', searchFiles, { glob: '*.none' }),
  toReadCase('read_file, default window', {}),
  toReadCase('read_file, tail of 100,000 lines', { tail: 100_000 }),
  toReadCase('read_file, an offset behind the 64 MB that one call searches', { offset: 10_000_000 }),
  toMemoryCase('read_multiple_files', '20 x 32 MB', readMultipleFiles, () => ({ paths: largePaths })),
  toSearchCase('search_files, a text that is nowhere', { query: 'nowhere to be found' }),
  toSearchCase('search_files, an expression that is nowhere', { query: 'no(where|thing)$', regex: true }),
  toSearchCase('search_files, 200 lines with context', { query: 'text', limit: 200, context: 5 }),
  toMemoryCase('write_file, 3 MB as base64', 'nothing', writeFile, (run) => ({
    path: `written/${run}.txt`,
    content: Buffer.alloc(3 * mebibyte, 'text').toString('base64'),
    encoding: 'base64',
  })),
  toMemoryCase('append_file, 3 MB more', '1 MB', appendFile, (run) => ({
    path: `appended/${run}.txt`,
    content: 'a line more....\n'.repeat((3 * mebibyte) / 16),
  })),
  toMemoryCase('edit_file, one place', '4 MB', editFile, (run) => ({
    path: `edited/${run}.txt`,
    edits: [{ old_text: 'line 0000030000', new_text: 'LINE 0000030000' }],
  })),
  toMemoryCase('edit_file, all 65,536 lines', '4 MB', editFile, (run) => ({
    path: `edited-all/${run}.txt`,
    edits: [{ old_text: 'line', new_text: 'LINE', replace_all: true }],
  })),
  toMemoryCase('copy_file', '1 GB', copyFile, (run) => ({
    source: toSizedPath('1 GB'),
    target: `copied/${run}.txt`,
  })),
  toMemoryCase('edit_files, every line of all files', '8 x 4 MB', editFiles, (run) => ({
    path: `edited-many/${run}`,
    old_text: 'line',
    new_text: 'LINE',
    dry_run: false,
  })),
  toDirectoryCase('copy_directory', copyDirectory, (run) => ({
    source: `copied-from/${run}`,
    target: `copied-to/${run}`,
  })),
  toDirectoryCase('move_directory', moveDirectory, (run) => ({
    source: `moved-from/${run}`,
    target: `moved-to/${run}`,
  })),
  toDirectoryCase('delete_directory', deleteDirectory, (run) => ({ path: `deleted/${run}` })),
  toDocumentCase('read_file, the first page', 'PDF of 200 pages', readFile, { path: 'long.pdf', pages: '1' }),
  toDocumentCase('read_file, default window', 'PDF of 200 pages', readFile, { path: 'long.pdf' }),
  toDocumentCase('read_file, default window', 'XLSX of 100,000 rows', readFile, { path: 'large.xlsx' }),
  toDocumentCase('read_file, the last row', 'XLSX of 100,000 rows', readFile, {
    path: 'large.xlsx',
    offset: 100_001,
  }),
  toDocumentCase('search_files, a text that is nowhere', '50 documents', searchFiles, {
    path: 'documents',
    query: 'nowhere to be found',
  }),
  ...formats.map((format) =>
    toDocumentCase('read_file, default window', `${format.toUpperCase()} of 200 lines`, readFile, {
      path: toFormatPath(format),
    }),
  ),
];

function toFileCases(work: string, tool: ToolEntry, options: object): BenchCase[] {
  return Object.keys(fileSizes).map((stored) => {
    const toArguments = () => ({ path: toSizedPath(stored), ...options });
    return { group: 'files', work, stored, tool, runs: timedRuns, toArguments };
  });
}

function toKeyCases(work: string, tool: ToolEntry, options: object): BenchCase[] {
  return keyCounts.map((count) => {
    const stored = `${count.toLocaleString('en')} keys`;
    const toArguments = () => ({ path: `keys-${count}`, ...options });
    return { group: 'keys', work, stored, tool, runs: timedRuns, toArguments };
  });
}

function toReadCase(work: string, options: object): BenchCase {
  return toMemoryCase(work, '1 GB', readFile, () => ({ path: toSizedPath('1 GB'), ...options }));
}

function toSearchCase(work: string, options: object): BenchCase {
  return toMemoryCase(work, '8 x 8 MB', searchFiles, () => ({ path: 'searched', ...options }));
}

function toMemoryCase(
  work: string,
  stored: string,
  tool: ToolEntry,
  toArguments: BenchCase['toArguments'],
): BenchCase {
  return { group: 'memory', work, stored, tool, runs: memoryRuns, toArguments };
}

function toDirectoryCase(work: string, tool: ToolEntry, toArguments: BenchCase['toArguments']): BenchCase {
  const stored = `${filesOfDirectory} x 64 KB`;
  return toMemoryCase(work, stored, tool, (run) => ({ ...toArguments(run), dry_run: false }));
}

function toDocumentCase(work: string, stored: string, tool: ToolEntry, input: object): BenchCase {
  return { group: 'documents', work, stored, tool, runs: documentRuns, toArguments: () => ({ ...input }) };
}

function toSizedPath(size: string): string {
  return `${size.replace(' ', '')}.txt`;
}

function toNames(directory: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${directory}/${index}.txt`);
}

/** The names of `count` files for each run. */
function toRuns(directory: string, count: number): string[] {
  return Array.from({ length: memoryRuns }, (_, run) => toNames(`${directory}/${run}`, count)).flat();
}
