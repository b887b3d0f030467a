import { execFileSync } from 'node:child_process';

/**
 * Calls `stop` once the npm that started this process has ended, however it ended: npm does not pass on every signal.
 * Between npm and this process there can be a shell that outlives npm, so then both are watched.
 */
export function onceOrphaned(stop: () => void): void {
  const parent = process.ppid;
  const npm = findNpm(parent);
  const watch = setInterval(() => {
    if (process.ppid === parent && (npm === undefined || isAlive(npm))) return;
    clearInterval(watch);
    stop();
  }, 500).unref();
}

/** The process behind a shell; undefined when the parent is npm itself, and where there is no `ps`. */
function findNpm(parent: number): number | undefined {
  try {
    const [ppid = '', command = ''] = readProcess(parent);
    return /(^|\/)-?(sh|dash|bash|zsh|ash|ksh|fish)$/.test(command) ? Number(ppid) : undefined;
  } catch {
    return undefined;
  }
}

/** The parent of a process and its command, by POSIX `ps`. */
function readProcess(pid: number): readonly string[] {
  return execFileSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], { encoding: 'utf8' })
    .trim()
    .split(/\s+/);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user may not be signalled, but it exists.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
