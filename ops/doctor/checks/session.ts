import type { Check } from '../check.ts';
import type { Session } from '../facts/session.ts';
import { type Finding, fail, ok, Unavailable, warn } from '../finding.ts';

/** That clients of revision 2026-07-28 can begin. */
export const discover: Check = {
  name: 'server/discover',
  examine: async ({ modernSession }) => {
    const remedy = 'serve revision 2026-07-28 too, unless clients that speak nothing older do not matter';
    return judgeSession(await modernSession(), remedy);
  },
};

/** That clients of revision 2025-11-25 and before can begin; in 2026 most are. */
export const initialize: Check = {
  name: 'initialize',
  examine: async ({ legacySession }) => {
    const remedy = 'serve revision 2025-11-25 too: most clients speak nothing newer';
    return judgeSession(await legacySession(), remedy);
  },
};

function judgeSession(session: Session, remedy: string): Finding {
  if (!session.isServed) return warn(`not served: ${session.reason}`, remedy);
  return ok(session.offered.join(', '));
}

/** That a client that began gets the tools. */
export const listTools: Check = {
  name: 'tools/list',
  examine: async ({ modernSession, legacySession }) => {
    const settled = await Promise.allSettled([modernSession(), legacySession()]);
    const refused = settled.find((session) => session.status === 'rejected');
    const sessions = settled.flatMap((session) => (session.status === 'fulfilled' ? [session.value] : []));
    const served = sessions.filter((session) => session.isServed);
    if (served.length === 0 && refused !== undefined) throw refused.reason;
    if (served.length === 0)
      return fail('no revision of MCP is served', 'check that this is the URL of an MCP server');
    for (const { revision, tools } of served) {
      if (tools instanceof Unavailable) return fail(`${revision}: ${tools.message}`, tools.remedy);
    }
    return ok(served.map(({ revision, tools }) => `${tools} tools (${revision})`).join(', '));
  },
};
