import { SourceMap, type SourceMapPayload } from 'node:module';

/** Reads the source map of a built file by its name; undefined when there is none. */
export type ReadSourceMap = (file: string) => SourceMapPayload | undefined;

/**
 * Puts the positions of the sources in place of those of a function's built files: `index.mjs:1:2345` becomes
 * `lambda/mcp/server.ts:40:12`. Takes any text, a line of the log or a stack trace, and leaves all else in it.
 */
export function toSourcePositions(text: string, readMap: ReadSourceMap): string {
  const maps = new Map<string, SourceMap | undefined>();
  const find = (file: string) => {
    if (!maps.has(file)) {
      const payload = readMap(file);
      maps.set(file, payload && new SourceMap(payload));
    }
    return maps.get(file);
  };
  const position = /(?:file:\/\/)?(?:\/[\w./-]*\/)?([\w-]+\.mjs):(\d+):(\d+)/g;
  return text.replace(position, (whole, file: string, line: string, column: string) => {
    const entry = find(file)?.findEntry(Number(line) - 1, Number(column) - 1);
    if (!entry || !('originalSource' in entry)) return whole;
    const source = entry.originalSource.replace(/^(\.\.\/)+/, '');
    return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  });
}
