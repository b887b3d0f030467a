import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** An S3 server of somebody else, and how the file store's contract fares on it. */
export interface ForeignServer {
  readonly name: string;
  /** The release that the differences were seen on. */
  readonly version: string;
  /** The variable that names its command, which is otherwise looked for on the path. */
  readonly variable: string;
  readonly command: string;
  /** What to install. */
  readonly install: string;
  /** The words of the command that serves `directory` at a port of 127.0.0.1, and the variables it needs. */
  start(port: number, directory: string): { words: readonly string[]; environment?: Record<string, string> };
  /** The checks of the contract that fail there, by their names, with the cause. */
  readonly differences: Readonly<Record<string, string>>;
}

/** `npm start` refuses such a server. */
const copiesIgnoreConditions = 'CopyObject ignores IfNoneMatch and IfMatch on its target';

const filesOnDisk = 'a file and a directory of one name cannot both be there, as on a disk';

const versionPagesRepeat = 'a list of versions does not go on behind the version where a page ended';

/** The servers that were tried. */
export const foreignServers: readonly ForeignServer[] = [
  {
    name: 'moto',
    version: '5.2.5',
    variable: 'MOTO_SERVER',
    command: 'moto_server',
    install: "pip install 'moto[server,s3]==5.2.5'",
    start: (port) => ({ words: ['-H', '127.0.0.1', '-p', String(port)] }),
    differences: {
      'copying holds to the condition on the target': copiesIgnoreConditions,
      'listing hides what no path leads to, and the markers of empty directories':
        'a key that ends with ".." is answered with a page of HTML',
      'versions survive a deletion, and bring the file back':
        'a delete marker that is read by its version is answered with 404, not with 405',
    },
  },
  {
    name: 'versitygw',
    version: '1.8.0',
    variable: 'VERSITYGW',
    command: 'versitygw',
    install: 'go install github.com/versity/versitygw/cmd/versitygw@v1.8.0',
    start(port, directory) {
      const [files = '', versions = ''] = ['files', 'versions'].map((name) => join(directory, name));
      for (const made of [files, versions]) mkdirSync(made);
      return {
        words: ['--port', `127.0.0.1:${port}`, 'posix', '--versioning-dir', versions, files],
        environment: { ROOT_ACCESS_KEY: 'test-key', ROOT_SECRET_KEY: 'test-secret' },
      };
    },
    differences: {
      'copying holds to the condition on the target': copiesIgnoreConditions,
      'listing goes on where a page of 1 ended, missing and repeating nothing': filesOnDisk,
      'listing goes on where a page of 2 ended, missing and repeating nothing': filesOnDisk,
      'listing goes on where a page of 3 ended, missing and repeating nothing': filesOnDisk,
      'listing goes on where a page of 7 ended, missing and repeating nothing': filesOnDisk,
      'listing hides what no path leads to, and the markers of empty directories':
        'keys with empty segments become other keys on the disk',
      'listing shows the own entries of a directory in the order of their bytes': filesOnDisk,
      'reading keeps a file and a directory of the same name apart': filesOnDisk,
      'versions are in the order in which they were made, within one second too': versionPagesRepeat,
      'versions belong to exactly one path': filesOnDisk,
      'what tells one write from another keeps a newer version of the same content from a deletion of what was seen':
        versionPagesRepeat,
    },
  },
];
