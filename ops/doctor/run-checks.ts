import type { Check } from './check.ts';
import type { Examination } from './examination.ts';
import { type CheckResult, type Finding, NotApplicable, Unavailable } from './finding.ts';

/**
 * Runs the checks in their order and yields each result as soon as it is known. A fact that cannot be fetched fails the
 * first check that needs it; the checks after it that need the same thing are skipped with that reason.
 */
export async function* runChecks(
  checks: readonly Check[],
  examination: Examination,
): AsyncGenerator<CheckResult, void> {
  const reported = new Set<Unavailable>();

  function toFinding(error: unknown): Finding {
    if (error instanceof NotApplicable) return { status: 'skip', found: error.message };
    if (!(error instanceof Unavailable)) throw error;
    if (reported.has(error)) return { status: 'skip', found: `not checked, because ${error.message}` };
    reported.add(error);
    return { status: 'fail', found: error.message, remedy: error.remedy };
  }

  for (const { name, examine } of checks) {
    // A check may also throw before its first promise.
    const finding = await Promise.resolve(examination).then(examine).catch(toFinding);
    yield { name, ...finding };
  }
}
