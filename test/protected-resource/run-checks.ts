import { type Check, Failed, revisions, type ServerUnderTest, Skipped } from './check.ts';

/** The result of one check. */
export interface CheckResult extends Pick<Check, 'id' | 'title' | 'source' | 'level'> {
  readonly revisions: readonly string[];
  readonly outcome: 'pass' | 'fail' | 'skip';
  /** What the server did instead, or what is missing; empty for a pass. */
  readonly message: string;
}

/** Runs every check, one after another. */
export async function runChecks(
  checks: readonly Check[],
  server: ServerUnderTest,
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of checks) {
    const { id, title, source, level } = check;
    const facts = { id, title, source, level, revisions: check.revisions ?? revisions };
    results.push({ ...facts, ...(await judge(check, server)) });
  }
  return results;
}

async function judge(
  check: Check,
  server: ServerUnderTest,
): Promise<Pick<CheckResult, 'outcome' | 'message'>> {
  try {
    await check.run(server);
    return { outcome: 'pass', message: '' };
  } catch (error) {
    if (error instanceof Skipped) return { outcome: 'skip', message: error.message };
    if (error instanceof Failed) return { outcome: 'fail', message: error.message };
    throw error;
  }
}

/** Writes results as TAP 14. A SHOULD that is not met counts as `TODO`, which is no failure. */
export function toTap(results: readonly CheckResult[]): string {
  const lines = results.map(({ id, title, level, outcome, message }, index) => {
    const line = `${outcome === 'fail' ? 'not ok' : 'ok'} ${index + 1} - ${id}: ${level} ${title}`;
    const reason = message.replaceAll(/\s+/g, ' ');
    if (outcome === 'skip') return `${line} # SKIP ${reason}`;
    if (outcome === 'fail' && level === 'SHOULD') return `${line} # TODO ${reason}`;
    return outcome === 'fail' ? `${line}\n  ---\n  message: ${JSON.stringify(message)}\n  ...` : line;
  });
  return ['TAP version 14', `1..${results.length}`, ...lines, `# ${toSummary(results)}`, ''].join('\n');
}

/** How many checks went which way, and which MUST is not met, which may be far above by then. */
function toSummary(results: readonly CheckResult[]): string {
  const count = (outcome: CheckResult['outcome']) => results.filter((one) => one.outcome === outcome).length;
  const failed = results.filter(({ outcome, level }) => outcome === 'fail' && level === 'MUST');
  const names = failed.length === 0 ? '' : ` (${failed.map(({ id }) => id).join(', ')})`;
  const advised = count('fail') - failed.length;
  return `${failed.length} MUST failed${names}, ${advised} SHOULD failed, ${count('pass')} passed, ${count('skip')} skipped`;
}
