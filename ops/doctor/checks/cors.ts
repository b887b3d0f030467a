import type { Check } from '../check.ts';
import { type Examination, initialize } from '../examination.ts';
import { type Finding, ok, Unavailable, warn } from '../finding.ts';
import type { Answer } from '../http/send.ts';

/** A web client that this project's server admits by default. */
const origin = 'https://claude.ai';

/** What MCP clients send: 2026-07-28 Streamable HTTP, and the token. */
const requestHeaders = ['authorization', 'content-type', 'mcp-protocol-version', 'mcp-method', 'mcp-name'];

/** That a browser lets a web client send its requests (Fetch standard, CORS-preflight fetch). */
export const preflight: Check = {
  name: 'cors preflight',
  examine: (examination) =>
    examineForBrowsers(examination, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': requestHeaders.join(','),
      },
      judge: judgePreflight,
    }),
};

/** That a browser shows the 401 and its challenge to a web client. */
export const exposed: Check = {
  name: 'cors exposed headers',
  examine: async (examination) => {
    await examination.challenge();
    const headers = { ...initialize.headers, origin };
    return examineForBrowsers(examination, { ...initialize, headers, judge: judgeExposure });
  },
};

/** Sends what a browser would. Only browsers need the answer, so nothing here is worse than a warning. */
async function examineForBrowsers(
  { url, answer, send }: Examination,
  { judge, ...request }: RequestInit & { judge: (answer: Answer) => Finding },
): Promise<Finding> {
  await answer();
  try {
    return judge(await send(url, request));
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    return warn(error.message, error.remedy);
  }
}

function judgePreflight({ status, headers }: Answer): Finding {
  if (status === 401) {
    const remedy = 'answer OPTIONS before looking for a token: a browser cannot send one with it';
    return warn('the preflight is answered 401', remedy);
  }
  if (status < 200 || status >= 300) {
    return warn(`the preflight is answered ${status}`, `answer OPTIONS with 204 and allow ${origin}`);
  }
  if (!isOriginAllowed(headers)) return warn(`the origin ${origin} is not allowed`, allowOrigin);
  const allowed = readList(headers, 'access-control-allow-headers');
  // The asterisk covers every header except this one.
  const missing = requestHeaders.filter(
    (name) => !allowed.includes(name) && (name === 'authorization' || !allowed.includes('*')),
  );
  if (missing.length === 0) return ok('web clients may send their requests');
  return warn(
    `the preflight does not allow ${missing.join(', ')}`,
    'add them to access-control-allow-headers',
  );
}

function judgeExposure({ status, headers }: Answer): Finding {
  if (status === 403) return warn(`a request of the origin ${origin} is answered 403`, allowOrigin);
  if (!isOriginAllowed(headers)) {
    const remedy = 'send access-control-allow-origin with every answer, errors too';
    return warn(`the answer ${status} is hidden from pages of ${origin}`, remedy);
  }
  const shown = readList(headers, 'access-control-expose-headers');
  if (shown.includes('www-authenticate') || shown.includes('*')) return ok('web clients see the challenge');
  return warn(
    'web clients do not see the challenge',
    'add www-authenticate to access-control-expose-headers',
  );
}

const allowOrigin = `allow it if people are to connect ${origin} or other pages (the setting allowedOrigins)`;

function isOriginAllowed(headers: Headers): boolean {
  const allowed = headers.get('access-control-allow-origin');
  return allowed === '*' || allowed === origin;
}

function readList(headers: Headers, name: string): readonly string[] {
  return (headers.get(name) ?? '').toLowerCase().split(/[\s,]+/);
}
