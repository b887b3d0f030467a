import { toGuide } from '../../local/guide.ts';
import { readLocalSettings } from '../../local/settings.ts';

function guide(variables: Record<string, string> = {}): string {
  const settings = readLocalSettings({ LOCAL_DATA_DIR: '/data', ...variables });
  const stack = {
    mcpUrl: `http://localhost:${settings.mcpPort}/mcp`,
    issuer: settings.casdoorUrl ?? `http://localhost:${settings.authPort}`,
    s3Url: 'http://127.0.0.1:4568',
    close: async () => {},
  };
  return toGuide(stack, settings);
}

describe('the guide of the local stack', () => {
  it('says where it is, how to sign in and what to paste', () => {
    expect(guide()).toBe(`
The MCP file server is ready.

  MCP URL    http://localhost:3000/mcp
  Sign-in    sign in as alice, bob or carol (who may only read), password "local" (http://localhost:8000)
  Files      http://127.0.0.1:4568, kept in /data

Connect a client:

  Claude Code    claude mcp add --transport http files http://localhost:3000/mcp
  VS Code        code --add-mcp '{"name":"files","type":"http","url":"http://localhost:3000/mcp"}'
  Cursor         ~/.cursor/mcp.json: {"mcpServers":{"files":{"url":"http://localhost:3000/mcp"}}}
  MCP Inspector  npx @modelcontextprotocol/inspector, transport Streamable HTTP, http://localhost:3000/mcp

Or by hand, in another terminal:

  TOKEN=$(npm run --silent token)
  curl -s http://localhost:3000/mcp -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
    -d '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"write_file","arguments":{"path":"hello.txt","content":"Hello"}}}'

Ctrl-C stops everything.
`);
  });

  it('hands the ports that were chosen on to the other terminal', () => {
    expect(guide({ MCP_PORT: '3100' })).toContain(
      'TOKEN=$(MCP_PORT=3100 AUTH_PORT=8000 npm run --silent token)',
    );
  });

  it('sends to Casdoor to sign in where there is one, and has no token to print', () => {
    const text = guide({ CASDOOR_URL: 'https://door.example.com' });
    expect(text).toContain('sign in at Casdoor (https://door.example.com)');
    expect(text).not.toContain('npm run');
  });

  it('gives every client its id where Casdoor is real, and a blank to fill in where none is known', () => {
    const url = 'http://localhost:3000/mcp';
    const text = guide({ CASDOOR_URL: 'https://door.example.com', ALLOWED_CLIENT_IDS: 'abc' });
    expect(text).toContain(`files ${url} --client-id abc --callback-port 8080\n`);
    expect(text).toContain(`{"mcpServers":{"files":{"url":"${url}","auth":{"CLIENT_ID":"abc"}}}}\n`);
    expect(text).toContain(', which asks for the client id\n');
    for (const lists of [{}, { ALLOWED_CLIENT_IDS: 'abc,def' }] as Record<string, string>[])
      expect(guide({ CASDOOR_URL: 'https://door.example.com', ...lists })).toContain(
        ' --client-id YOUR_CLIENT_ID --callback-port 8080\n',
      );
    expect(guide({ ALLOWED_CLIENT_IDS: 'abc' })).not.toContain('abc');
  });

  it('says where clients get their client id', () => {
    expect(guide({ CLIENT_REGISTRATION: 'bridge' })).toContain(
      '  Client id  clients register themselves: the bridge gives it to them\n',
    );
    const casdoor = { CASDOOR_URL: 'https://door.example.com', PUBLIC_CLIENT_ID: 'abc' };
    expect(guide(casdoor)).toContain('  Client id  abc, which every client needs\n');
    expect(guide(casdoor)).toContain(
      'claude mcp add --transport http files http://localhost:3000/mcp --client-id abc --callback-port 8080\n',
    );
    expect(guide({ ...casdoor, CLIENT_REGISTRATION: 'bridge' })).not.toContain('abc');
  });
});
