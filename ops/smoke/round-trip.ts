import * as challenge from '../doctor/checks/challenge.ts';
import * as metadata from '../doctor/checks/metadata.ts';
import { createExamination } from '../doctor/examination.ts';
import { type CheckResult, type Finding, fail } from '../doctor/finding.ts';
import { runChecks } from '../doctor/run-checks.ts';
import { createFileSteps } from './file-steps.ts';
import { createVisitor, Refused } from './visitor.ts';

/** What a client meets before it has a token. */
const publicChecks = [
  challenge.status,
  challenge.header,
  challenge.resourceMetadata,
  metadata.named,
  metadata.resource,
  metadata.authorizationServers,
];

/** Where the round trip goes, and who makes it. */
export interface RoundTrip {
  readonly url: string;
  /** Without one only the public steps are made. */
  readonly token: string | undefined;
  /** Of each request, in milliseconds. */
  readonly timeout: number;
  /** Ends the round trip after the present step. */
  readonly signal: AbortSignal;
}

/**
 * Makes a client's round trip and yields each step as soon as it is done. The first failure ends it; what it had
 * written is then deleted as a last step. Read it to its end.
 */
export async function* makeRoundTrip(roundTrip: RoundTrip): AsyncGenerator<CheckResult, void> {
  const { url, token, timeout } = roundTrip;
  const examination = createExamination({ url, token: undefined, timeout });
  for await (const result of runChecks(publicChecks, examination)) {
    // For a deployment of one's own a warning is a failure, for example when it answers without a token.
    const status = result.status === 'ok' ? 'ok' : 'fail';
    yield { ...result, status };
    if (status === 'fail') return;
  }
  if (token === undefined) {
    yield { name: 'files', status: 'skip', found: 'no token given: set MCP_TOKEN or pass --token' };
    return;
  }
  yield* visitFiles({ ...roundTrip, token });
}

async function* visitFiles({
  url,
  token,
  timeout,
  signal,
}: RoundTrip & { token: string }): AsyncGenerator<CheckResult, void> {
  const visitor = createVisitor({ url, token, timeout });
  const { steps, cleanUp } = createFileSteps(visitor);
  for (const [name, run] of Object.entries(steps)) {
    const finding = signal.aborted ? fail('interrupted', 'run it again') : await run().catch(toFailure);
    yield { name, ...finding };
    if (finding.status !== 'fail') continue;
    const cleaned = await cleanUp();
    if (cleaned) yield { name: 'clean up', ...cleaned };
    break;
  }
  await visitor.close();
}

function toFailure(error: unknown): Finding {
  if (error instanceof Refused) return fail(error.message, error.remedy);
  return { status: 'fail', found: error instanceof Error ? error.message : String(error) };
}
