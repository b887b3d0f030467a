import type { WriteCondition } from '../../../lambda/files/file-store.ts';
import type { CallTool, ToolResult } from '../tool-caller.ts';
import type { Operation, Outcome } from './history.ts';

/** What one call asks of one file. */
export type FileOperation = Exclude<Operation, { kind: 'replace' }>;

/** Does one operation with the tool that is made for it, and reads what the caller is told. */
export async function perform(call: CallTool, operation: FileOperation): Promise<Outcome> {
  if (operation.kind === 'read') return toRead(await call('read_file', { path: operation.path }));
  if (operation.kind === 'write' && operation.by === 'upload') return upload(call, operation);
  const { tool, args } = toCall(operation);
  return toOutcome(await call(tool, args));
}

type Called = Exclude<Operation, { kind: 'read' | 'replace' }>;

function toCall(operation: Called): { tool: string; args: object } {
  const { path, condition } = operation;
  switch (operation.kind) {
    case 'write':
      return { tool: 'write_file', args: { path, content: operation.content, ...toArgument(condition) } };
    case 'append':
      return { tool: 'append_file', args: { path, content: operation.content, ...toArgument(condition) } };
    case 'edit': {
      const edits = [{ old_text: operation.oldText, new_text: operation.newText }];
      return { tool: 'edit_file', args: { path, edits, ...toArgument(condition) } };
    }
    case 'copy': {
      const { source, versionId } = operation;
      const version = versionId === undefined ? {} : { version_id: versionId };
      return { tool: 'copy_file', args: { source, target: path, ...version, ...toOverwrite(condition) } };
    }
    case 'move':
      return {
        tool: 'move_file',
        args: { source: operation.source, target: path, ...toOverwrite(condition) },
      };
    case 'restore':
      return {
        tool: 'restore_file',
        args: { path, version_id: operation.versionId, ...toArgument(condition) },
      };
    case 'delete':
      return { tool: 'delete_file', args: { path, ...toArgument(condition) } };
  }
}

function toArgument(condition: WriteCondition): object {
  if (condition.kind === 'match') return { if_match: condition.etag };
  return condition.kind === 'absent' ? { create_only: true } : {};
}

/** Copies and moves are refused if the target exists, unless told otherwise. */
function toOverwrite(condition: WriteCondition): object {
  if (condition.kind === 'match') return { if_match: condition.etag };
  return condition.kind === 'none' ? { overwrite: true } : {};
}

/** The sentences for unknown outcomes, and for a deletion that could not be undone. */
const notKnown = /may have been|may exist|not known|by mistake/;

function toOutcome(result: ToolResult): Outcome {
  if (result.isError) return readFailure(result.content[0]?.text ?? '');
  const { version_id: versionId, etag, replaced_version_id: replaced } = readFacts(result);
  if (versionId === undefined) throw new Error(`no version id in ${JSON.stringify(result)}`);
  return {
    kind: 'done',
    versionId,
    ...(etag !== undefined && { etag }),
    ...(replaced !== undefined && { replaced }),
  };
}

/** What a sentence about a failure says of the change. */
export function readFailure(text: string): Outcome {
  const copied = /^copied .*, version (\S+)\), but/.exec(text)?.[1];
  if (copied !== undefined) return { kind: 'copied', versionId: copied };
  return { kind: notKnown.test(text) ? 'unknown' : 'not done', message: text };
}

function toRead(result: ToolResult): Outcome {
  const text = result.content[0]?.text ?? '';
  if (result.isError) {
    // An outage or a quota says "try again"; a missing file does not appear by trying again.
    const isOutage = /cannot answer|took too long|quota/.test(text);
    return { kind: isOutage ? 'unknown' : 'not done', message: text };
  }
  const { etag } = readFacts(result);
  if (etag === undefined) throw new Error(`no etag in ${JSON.stringify(result)}`);
  // An empty file has no text block.
  return { kind: 'read', etag, content: result.content.length > 1 ? text : '' };
}

/** Facts for programs; answers that show a text have them in the last block. */
function readFacts({ structuredContent, content }: ToolResult): {
  version_id?: string;
  etag?: string;
  replaced_version_id?: string;
} {
  return structuredContent ?? JSON.parse(content.at(-1)?.text ?? '{}');
}

async function upload(call: CallTool, operation: Called & { kind: 'write' }): Promise<Outcome> {
  const { path, content, condition } = operation;
  const size = Buffer.byteLength(content);
  const made = await call('create_upload_url', { path, size, ...toArgument(condition) });
  const { url, headers } = (made.structuredContent ?? {}) as {
    url?: string;
    headers?: Record<string, string>;
  };
  if (url === undefined || headers === undefined) {
    return { kind: 'not done', message: made.content[0]?.text ?? '' };
  }
  // An agent sends the request once, and does not know what a lost answer said.
  const response = await fetch(url, { method: 'PUT', headers, body: content }).catch(String);
  if (typeof response === 'string') return { kind: 'unknown', message: response };
  // What matters stands in the status and the headers. The body may be cut.
  await response.arrayBuffer().catch(() => {});
  const [versionId, etag] = [response.headers.get('x-amz-version-id'), response.headers.get('etag')];
  if (response.ok && versionId !== null && etag !== null) return { kind: 'done', versionId, etag };
  const isRefused = response.status >= 400 && response.status < 500;
  return { kind: isRefused ? 'not done' : 'unknown', message: `the upload answered ${response.status}` };
}
