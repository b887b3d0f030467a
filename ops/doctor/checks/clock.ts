import { clockToleranceSeconds as tolerance } from '../../../lambda/auth/clock-tolerance.ts';
import type { Check } from '../check.ts';
import { type Finding, fail, NotApplicable, ok, warn } from '../finding.ts';
import type { Answer } from '../http/send.ts';

/** How far the server's clock is from the one of this machine. */
export const serverClock: Check = {
  name: 'clock of the server',
  examine: async ({ answer }) => compareClocks(await answer()),
};

/** How far the authorization server's clock is: it writes the times into the tokens. */
export const issuerClock: Check = {
  name: 'clock of the issuer',
  examine: async ({ tokenServer }) => compareClocks(await tokenServer()),
};

function compareClocks({ headers, receivedAt }: Answer): Finding {
  const date = Date.parse(headers.get('date') ?? '');
  if (Number.isNaN(date)) throw new NotApplicable('the answer has no Date header');
  // A cache hands on the Date of the answer it keeps, and says in Age how long it has kept it (RFC 9111 section 4.2.3).
  const age = Number(headers.get('age') ?? 0);
  const seconds = Math.round(date / 1000 + age - receivedAt / 1000);
  if (Math.abs(seconds) < 2) return ok('in step with this machine');
  const found = `${Math.abs(seconds)} s ${seconds < 0 ? 'behind' : 'ahead of'} this machine`;
  const remedy =
    'set the clocks by NTP, that of this machine first: tokens are refused as expired or not yet valid';
  if (Math.abs(seconds) > tolerance) return fail(found, remedy);
  if (Math.abs(seconds) > tolerance / 2) return warn(found, remedy);
  return ok(found);
}
