import type { Refusal } from '../../../../lambda/auth/refusal.ts';
import { toAnswer } from '../../../../lambda/auth/refusal-answer.ts';
import { RefusedCall, remedies } from '../../../../ops/doctor/facts/refused-call.ts';
import { createCertificate } from '../../../support/casdoor.ts';
import { refusals } from '../../../support/refusals.ts';
import { examine, namesOf } from '../support/examine.ts';
import { type Site, startSite } from '../support/site.ts';

/** A refusal as it goes over the wire. */
function toBody(refusal: Refusal) {
  const { status, error, description } = toAnswer(refusal);
  return { status, body: { error, error_description: description } };
}

let site: Site;
beforeEach(async () => {
  site = await startSite();
});
afterEach(() => site.close());

/** Replaces what the server answers to a caller with a token. */
function answerCallers(route: (request: Request, method: string) => Response | Promise<Response>) {
  const healthy = site.mcpRoutes['POST /mcp'];
  site.mcpRoutes['POST /mcp'] = async (request) => {
    if (!request.headers.has('authorization'))
      return healthy?.(request) ?? new Response(null, { status: 500 });
    const { method } = await request.clone().json();
    return route(request, method);
  };
}

describe('the live checks', () => {
  it('report the revisions and how many tools there are', async () => {
    const { findings } = await examine(site.url, '--token', await site.token());
    expect(findings).toMatchObject({
      'server/discover': { status: 'ok', found: '2026-07-28' },
      initialize: { status: 'ok', found: '2025-11-25' },
      'tools/list': { status: 'ok', found: '2 tools (2026-07-28), 2 tools (2025-11-25)' },
    });
  });

  it.each([
    [
      401,
      { error: 'invalid_token', error_description: 'the token expired' },
      'the token expired',
      'get a new one',
    ],
    [
      401,
      {
        error: 'invalid_token',
        error_description: 'a token of a client itself was sent: list the client in machineClientIds',
      },
      'a token of a client itself was sent: list the client in machineClientIds',
      'see token audience and token caller above',
    ],
    [403, { jsonrpc: '2.0', error: { code: -1, message: 'not you' } }, 'not you', 'sign in again'],
    [403, { message: 'Forbidden' }, 'Forbidden', 'sign in again'],
    [500, null, 'no reason given', 'look into the log of the server'],
    [503, 'busy', 'no reason given', 'look into the log of the server'],
  ])('repeat what the server says with %d', async (status, body, reason, remedy) => {
    answerCallers(() => Response.json(body, { status }));
    const report = await examine(site.url, '--token', await site.token());
    expect(namesOf(report, 'fail')).toEqual(['server/discover', 'initialize']);
    for (const name of ['server/discover', 'initialize']) {
      expect(report.findings[name]).toEqual({
        status: 'fail',
        found: `the server answers ${status}: ${reason}`,
        remedy: expect.stringContaining(remedy),
      });
    }
    expect(report.findings['tools/list']?.status).toBe('skip');
  });

  it('name a token that is too big for the gateway', async () => {
    answerCallers(() => Response.json({ message: 'Request Header Fields Too Large' }, { status: 431 }));
    const report = await examine(site.url, '--token', await site.token({ roles: 'x'.repeat(9_000) }));
    expect(report.findings['token format']).toEqual({
      status: 'warn',
      found: expect.stringMatching(/^a signed JWT of 1\d{4} bytes$/),
      remedy: expect.stringContaining('JWT-Standard'),
    });
    for (const name of ['server/discover', 'initialize']) {
      expect(report.findings[name]).toEqual({
        status: 'fail',
        found: 'the server answers 431: the headers of the request are too large',
        remedy: expect.stringContaining('API Gateway takes 10,240 bytes of headers'),
      });
    }
  });

  it.each<[string, object, string, string]>([
    ['Casdoor', {}, 'casdoorUrl and casdoorApplication', ''],
    ['another server', { token_endpoint: 'https://id.example.com/token' }, 'setting jwksUrl', ''],
  ])(
    'compare the key set of %s with the setting when only the server misses it',
    async (_, metadata, setting) => {
      Object.assign(site.authorizationServer, metadata);
      const { body, status } = toBody(refusals.keys_unavailable);
      answerCallers(() => Response.json(body, { status }));
      const token = await site.token('token_endpoint' in metadata ? { tokenType: undefined } : {});
      const { findings } = await examine(site.url, '--token', token);
      expect(findings.initialize).toEqual({
        status: 'fail',
        found: expect.stringContaining(`the keys can be had from here, at ${site.issuer}/.well-known/jwks`),
        remedy: expect.stringContaining(setting),
      });
    },
  );

  it('say nothing of settings when nobody can have the keys', async () => {
    const { body, status } = toBody(refusals.keys_unavailable);
    answerCallers(() => Response.json(body, { status }));
    const token = await site.token();
    site.stopIssuer();
    const { findings } = await examine(site.url, '--token', token);
    expect(findings.initialize?.found).not.toContain('from here');
  });

  it('name casdoorApplication when the key set of an application has many keys', async () => {
    const { body, status } = toBody({ ...refusals.keys_unavailable, isOfManyKeys: true });
    answerCallers(() => Response.json(body, { status }));
    const { findings } = await examine(site.url, '--token', await site.token());
    expect(findings.initialize?.remedy).toMatch(/^set casdoorApplication to the name of the application/);
  });

  it.each(Object.values(refusals))('explain the refusal $code of this project', (refusal) => {
    const { body, status } = toBody(refusal);
    const call = new RefusedCall(status, JSON.stringify(body));
    expect(call.code).toBe(refusal.code);
    expect(call.remedy).toBe(remedies[refusal.code].remedy);
  });

  describe('of a server that does not have the key', () => {
    const sentences = [
      'the token is signed with a key that is not in the key set this server reads',
      'the token is signed with a key that the authorization server does not publish',
    ];
    const refuse = (sentence: string) =>
      answerCallers(() =>
        Response.json({ error: 'invalid_token', error_description: sentence }, { status: 401 }),
      );

    it.each(sentences)('name the key set of one application when Casdoor has it: %s', async (sentence) => {
      refuse(sentence);
      const report = await examine(site.url, '--token', await site.token());
      expect(namesOf(report, 'fail')).toEqual(['server/discover', 'initialize']);
      for (const name of ['server/discover', 'initialize']) {
        expect(report.findings[name]).toEqual({
          status: 'fail',
          found: `the server answers 401: ${sentence}; ${site.issuer}/.well-known/jwks has the key, so the server reads the key set of one application (the setting casdoorApplication)`,
          remedy: 'give the application of this client the same certificate',
        });
      }
      expect(report.findings['tools/list']?.status).toBe('skip');
    });

    it.each<[string, () => Promise<unknown>]>([
      [
        'nobody publishes it',
        async () => {
          site.keySet.keys = [(await createCertificate('cert-other')).publicJwk];
        },
      ],
      [
        'another key of its name is published',
        async () => {
          site.keySet.keys = [(await createCertificate()).publicJwk];
        },
      ],
      ['the key set cannot be had', async () => delete site.authorizationServer.jwks_uri],
    ])('leave it at the checks of the token when %s', async (_, spoil) => {
      const [sentence = ''] = sentences;
      refuse(sentence);
      await spoil();
      const { findings } = await examine(site.url, '--token', await site.token());
      expect(findings['server/discover']).toEqual({
        status: 'fail',
        found: `the server answers 401: ${sentence}`,
        remedy: 'see the checks of the token above, and get a new one',
      });
    });

    it('say nothing of applications to an authorization server that has none', async () => {
      const [sentence = ''] = sentences;
      refuse(sentence);
      site.authorizationServer.token_endpoint = `${site.issuer}/token`;
      const { findings } = await examine(site.url, '--token', await site.token({ tokenType: undefined }));
      expect(findings['token signature']?.status).toBe('ok');
      expect(findings['server/discover']?.found).toBe(`the server answers 401: ${sentence}`);
    });
  });

  it('warn when only one protocol era is served', async () => {
    answerCallers((request, method) => {
      if (method === 'server/discover')
        return Response.json({ error: { code: -32601, message: 'unknown' } }, { status: 400 });
      return site.serveMcp(request);
    });
    const report = await examine(site.url, '--token', await site.token());
    expect(report.exitCode).toBe(0);
    expect(report.findings['server/discover']).toEqual({
      status: 'warn',
      found: 'not served: the server answers 400: unknown',
      remedy: expect.stringContaining('serve revision 2026-07-28 too'),
    });
    expect(report.findings['tools/list']).toEqual({ status: 'ok', found: '2 tools (2025-11-25)' });
  });

  it('fail when what answers is no MCP server', async () => {
    answerCallers(() => Response.json({ hello: 'world' }));
    const report = await examine(site.url, '--token', await site.token(), '--timeout', '2');
    expect(namesOf(report, 'warn')).toEqual(['server/discover', 'initialize']);
    expect(report.findings['tools/list']).toEqual({
      status: 'fail',
      found: 'no revision of MCP is served',
      remedy: 'check that this is the URL of an MCP server',
    });
  });

  it('fail when the tools cannot be listed', async () => {
    answerCallers((request, method) => {
      if (method === 'tools/list')
        return Response.json({ error_description: 'no tools for you' }, { status: 403 });
      return site.serveMcp(request);
    });
    const { findings } = await examine(site.url, '--token', await site.token());
    expect(findings['tools/list']).toMatchObject({
      status: 'fail',
      found: '2026-07-28: the server answers 403: no tools for you',
    });
  });

  it.each([
    ['never answers', () => new Promise<Response>(() => {})],
    [
      'never ends its answer',
      () => new Response(new ReadableStream(), { headers: { 'content-type': 'text/event-stream' } }),
    ],
  ])('fail when the server %s', async (_, route) => {
    answerCallers(route);
    const report = await examine(site.url, '--token', await site.token(), '--timeout', '1');
    const found = `${new URL(site.url).host} does not answer in time`;
    expect(namesOf(report, 'fail')).toEqual(['server/discover', 'initialize']);
    expect(report.findings).toMatchObject({ 'server/discover': { found }, initialize: { found } });
  });

  it('fail when the server hangs up', async () => {
    answerCallers(() => Response.error());
    const report = await examine(site.url, '--token', await site.token());
    expect(namesOf(report, 'fail')).toEqual(['server/discover', 'initialize']);
    expect(report.findings.initialize?.found).toBe(
      `${new URL(site.url).host} closed the connection without an answer (UND_ERR_SOCKET)`,
    );
  });

  it('end the session that a server opened', async () => {
    const sessions: string[] = [];
    site.mcpRoutes['DELETE /mcp'] = ({ headers }) => {
      sessions.push(headers.get('mcp-session-id') ?? '');
      return new Response(null, { status: 204 });
    };
    answerCallers(async (request, method) => {
      const response = await site.serveMcp(request);
      if (method === 'initialize') response.headers.set('mcp-session-id', 'session-1');
      return response;
    });
    await examine(site.url, '--token', await site.token());
    expect(sessions).toEqual(['session-1']);
  });
});
