import { execFileSync } from 'node:child_process';

/** The processes that a process has started, by POSIX `ps`. */
export function findChildren(
  parent: number | undefined,
): readonly { readonly pid: number; readonly command: string }[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
  return table.split('\n').flatMap((line) => {
    const [, pid, ppid, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return Number(ppid) === parent ? [{ pid: Number(pid), command }] : [];
  });
}
