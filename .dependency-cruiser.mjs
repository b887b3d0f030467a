/**
 * The import rule as data: what each room may import, and what no file may do. `npm run check` holds it.
 * A rule of a room lists everything that is allowed to it; type-only imports count, because a reader follows
 * them too. `lambda/README.md` explains the rooms.
 */

/** Modules of Node that compute and do nothing else: no network, no files, no environment. */
const pureNode = ['^(node:)?(crypto|buffer|timers/promises)$'];

/** The packages that a room may import, as the paths they resolve to. */
const packages = (...names) => names.map((name) => `^node_modules/${name}/`);

/** Forbids a room every import that is not listed. */
function room(name, { path, pathNot }, allowed) {
  return {
    name: `room-${name}`,
    severity: 'error',
    from: { path, ...(pathNot && { pathNot }) },
    to: { pathNot: allowed },
  };
}

/** The files that join the parts of a function: they may import everything in `lambda/`. */
const roots = ['^lambda/[^/]+/handler\\.ts$', '^lambda/mcp/function\\.ts$'];

/** What is started or imported from outside: processes, functions, a page's script, and what the package exports. */
const entryPoints = [
  '^bin/',
  '^lib/index\\.ts$',
  '^lambda/tools/public\\.ts$',
  '^lambda/[^/]+/handler\\.ts$',
  '^local/lambda/bootstrap\\.ts$',
  '^lambda/documents/worker\\.ts$',
  '^lib/connect-page/self-check\\.js$',
];

export default {
  forbidden: [
    room('ground-floor', { path: '^lambda/(tool-failure|invocation|settings)\\.ts$' }, []),
    room('files', { path: '^lambda/files/' }, ['^lambda/files/', ...pureNode]),
    room('text', { path: '^lambda/text/' }, [
      '^lambda/(text|files)/',
      '^lambda/tool-failure\\.ts$',
      ...pureNode,
      ...packages('diff'),
    ]),
    room('search', { path: '^lambda/search/' }, [
      '^lambda/(search|documents|text|files)/',
      '^lambda/tool-failure\\.ts$',
      ...pureNode,
      ...packages('re2js', 'zod'),
    ]),
    room('documents', { path: '^lambda/documents/' }, [
      '^lambda/(documents|text|files)/',
      ...pureNode,
      '^(node:)?worker_threads$',
      ...packages('htmlparser2', 'postal-mime', 'unpdf'),
    ]),
    room('scopes', { path: '^lambda/tools/scopes\\.ts$' }, []),
    room('tools', { path: '^lambda/tools/', pathNot: '^lambda/tools/scopes\\.ts$' }, [
      '^lambda/(tools|documents|search|text|files)/',
      '^lambda/(tool-failure|auth/principal)\\.ts$',
      ...pureNode,
      ...packages('zod', 'mrmime'),
    ]),
    room(
      'auth',
      { path: '^lambda/auth/', pathNot: '^lambda/auth/(jwks|jwks-document|kept-principals|verifier)\\.ts$' },
      ['^lambda/auth/(?!jwks|kept-principals|verifier)', '^lambda/tools/scopes\\.ts$'],
    ),
    room('auth-keys', { path: '^lambda/auth/(jwks|jwks-document|kept-principals|verifier)\\.ts$' }, [
      '^lambda/auth/',
      '^lambda/tools/scopes\\.ts$',
      '^lambda/telemetry/log\\.ts$',
      ...pureNode,
      ...packages('jose'),
    ]),
    room('telemetry', { path: '^lambda/telemetry/' }, [
      '^lambda/telemetry/',
      '^lambda/(auth/(principal|refusal)|files/file-store|invocation)\\.ts$',
      ...pureNode,
    ]),
    room('mcp', { path: '^lambda/mcp/', pathNot: roots }, [
      '^lambda/(mcp|auth|tools|files|telemetry)/',
      '^lambda/(tool-failure|invocation)\\.ts$',
      ...pureNode,
      ...packages('@modelcontextprotocol/server', 'zod'),
    ]),
    room('aws', { path: '^lambda/aws/' }, [
      '^lambda/(aws|files)/',
      '^lambda/invocation\\.ts$',
      ...pureNode,
      ...packages('@aws-sdk/[^/]+', '@smithy/[^/]+', '@types/aws-lambda'),
    ]),
    room('metadata', { path: '^lambda/metadata/', pathNot: roots }, [
      '^lambda/metadata/',
      '^lambda/tools/scopes\\.ts$',
    ]),
    // The metadata function reads its page from the file beside it.
    room('composition-roots', { path: roots }, ['^lambda/', ...pureNode, '^(node:)?fs/promises$']),
    {
      name: 'lib-knows-names-of-lambda-only',
      comment:
        'lib/ shares names with the functions: scopes, metrics, a header, and the type of their settings.',
      severity: 'error',
      from: { path: '^lib/' },
      to: {
        path: '^lambda/',
        pathNot: '^lambda/(tools/scopes|auth/challenge-twin|telemetry/metric-names|settings)\\.ts$',
      },
    },
    {
      name: 'what-ships-stands-alone',
      comment: 'What is deployed, or deploys, imports nothing that exists for development or operation.',
      severity: 'error',
      from: { path: '^(lambda|lib)/' },
      to: { path: '^(local|ops|test|bin)/' },
    },
    {
      name: 'no-tests-outside-test',
      severity: 'error',
      from: { path: '^(bin|local|ops)/' },
      to: { path: '^test/' },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-file-without-a-caller',
      severity: 'error',
      from: { path: entryPoints },
      to: { path: '^(bin|lib|lambda|local|ops)/', pathNot: entryPoints, reachable: false },
    },
    { name: 'no-unresolved-import', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { conditionNames: ['import', 'node', 'types'], exportsFields: ['exports'] },
  },
};
