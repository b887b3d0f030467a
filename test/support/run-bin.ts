import { execFile } from 'node:child_process';
import { join } from 'node:path';

const bin = join(import.meta.dirname, '..', '..', 'bin');

/** How a command ended. */
export interface EndedCommand {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command of `bin/` to its end, whatever its exit code. It sees only these variables and the PATH, so that
 * nothing a developer has set (for example `MCP_TOKEN`) decides a test.
 */
export function runBin(
  name: string,
  words: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<EndedCommand> {
  const env = { PATH: process.env.PATH, ...variables };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [join(bin, `${name}.ts`), ...words], { env }, (error, stdout, stderr) => {
      const code = error?.code ?? 0;
      if (typeof code === 'number' && !error?.killed) resolve({ code, stdout, stderr });
      else reject(error);
    });
  });
}
