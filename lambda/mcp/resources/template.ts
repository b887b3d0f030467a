import type { ListResourceTemplatesResult } from '@modelcontextprotocol/server';
import { filesUri } from '../../files/file-uri.ts';

/** What of `read_file` a URI may ask for beside the path. */
export const readArguments = [
  'pages',
  'sheet',
  'formulas',
  'raw',
  'offset',
  'limit',
  'head',
  'tail',
  'version_id',
  'cursor',
] as const;

/**
 * The URI template of every file (RFC 6570): `{path}` encodes whatever the name holds, and the query takes what
 * `read_file` takes.
 */
export function toUriTemplate(start: string): string {
  return `${start}{path}{?${readArguments.join(',')}}`;
}

/** Answers `resources/templates/list`: one template, on one page. */
export function listTemplates(start: string = filesUri): ListResourceTemplatesResult {
  return {
    resourceTemplates: [
      {
        uriTemplate: toUriTemplate(start),
        name: 'file',
        title: 'A file, or a part of it',
        description:
          'One file by its path, for example notes/today.md. The rest is what read_file takes, and may be left out.',
      },
    ],
  };
}
