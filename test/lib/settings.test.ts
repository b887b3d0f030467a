import { InvalidSettings, readSettings } from '../../lib/settings.ts';

const casdoorUrl = 'https://door.example.com';

describe('the deployment settings', () => {
  it('need only Casdoor; the rest has defaults', () => {
    expect(readSettings({ casdoorUrl })).toEqual({
      tokenProfile: 'casdoor',
      issuer: casdoorUrl,
      jwksUrl: 'https://door.example.com/.well-known/jwks',
      listedTools: 'all',
      fileRoots: 'shared',
      deletion: true,
      maxWriteBytes: 3_145_728,
      allowedClientIds: [],
      allowedOrganizations: [],
      machineClientIds: [],
      allowedOrigins: ['https://claude.ai', 'https://chatgpt.com', 'https://vscode.dev'],
      initialScopes: ['files:list', 'files:read'],
      tokenAlgorithms: ['RS256'],
      resourceName: 'Casdoor MCP file server',
      documentationUrl: 'https://casdoor.org/docs/mcp-auth/third-party-integration',
    });
  });

  it('take lists from cdk.json and, separated by commas, from the command line', () => {
    const fromFile = readSettings({ casdoorUrl, allowedClientIds: ['a', 'b'] });
    const fromLine = readSettings({ casdoorUrl, allowedClientIds: 'a, b' });
    expect(fromLine).toEqual(fromFile);
  });

  it("leave the CDK's own context alone", () => {
    const context = {
      casdoorUrl,
      '@aws-cdk/core:stackRelativeExports': true,
      'aws:cdk:version-reporting': false,
    };
    expect(readSettings(context).issuer).toBe(casdoorUrl);
  });

  it.each([
    ['https://door.example.com'],
    ['https://door.example.com:8443'],
    ['http://localhost:8000'],
    ['http://127.0.0.1:8000'],
    ['http://[::1]:8000'],
  ])('take %s for Casdoor', (url) => {
    expect(readSettings({ casdoorUrl: url }).issuer).toBe(url);
  });

  it.each([
    ['https://door.example.com/'],
    ['https://door.example.com/path'],
    ['https://Door.example.com'],
    ['https://door.example.com:443'],
    ['https://user@door.example.com'],
    ['http://door.example.com'],
    ['http://localhost.example.com'],
    ['door.example.com'],
    ['ftp://door.example.com'],
    [''],
    [8000],
    [undefined],
  ])('refuse %j for Casdoor', (url) => {
    expect(() => readSettings({ casdoorUrl: url })).toThrow(
      `set casdoorUrl to the https origin of Casdoor without a slash at the end, such as https://door.example.com, ` +
        `got ${url === undefined ? 'nothing' : JSON.stringify(url)}`,
    );
  });

  it.each<[string, unknown]>([
    ['casdoorApplication', '../jwks'],
    ['publicUrl', 'https://files.example.com/'],
    ['publicUrl', 'https://files.example.com/mcp/'],
    ['publicUrl', 'http://files.example.com/mcp'],
    ['publicUrl', 'https://files.example.com/mcp?x=1'],
    ['allowedClientIds', 'a b é'],
    ['allowedOrganizations', [1]],
    ['machineClientIds', { a: 1 }],
    ['allowedOrigins', 'https://claude.ai/'],
    ['allowedOrigins', '*'],
    ['initialScopes', 'files:delete'],
    ['tokenAlgorithms', 'HS256'],
    ['tokenAlgorithms', 'none'],
    ['fileRoots', 'team'],
    ['deletion', 'no'],
    ['maxWriteBytes', 0],
    ['maxWriteBytes', 4_000_000],
    ['maxWriteBytes', 'much'],
    ['resourceName', ''],
    ['documentationUrl', 'docs'],
  ])('refuse %s = %j and say what to set', (name, value) => {
    expect(() => readSettings({ casdoorUrl, [name]: value })).toThrow(`set ${name} to `);
    expect(() => readSettings({ casdoorUrl, [name]: value })).toThrow(`got ${JSON.stringify(value)}`);
  });

  it("read the application's own key set where the application is named", () => {
    expect(readSettings({ casdoorUrl, casdoorApplication: 'app-mcp' }).jwksUrl).toBe(
      'https://door.example.com/.well-known/app-mcp/jwks',
    );
  });

  it('take another authorization server by its issuer and key set', () => {
    const other = {
      tokenProfile: 'rfc9068',
      issuer: 'https://id.example.com/realms/a',
      jwksUrl: 'https://id.example.com/keys',
    };
    expect(readSettings(other)).toMatchObject(other);
  });

  it.each<[Record<string, unknown>, string[]]>([
    [{ tokenProfile: 'rfc9068' }, ['set issuer to ', 'set jwksUrl to ']],
    [
      {
        tokenProfile: 'rfc9068',
        issuer: 'https://a',
        jwksUrl: 'https://a/k',
        casdoorUrl,
        casdoorApplication: 'a',
        allowedOrganizations: 'b',
      },
      ['casdoorUrl', 'casdoorApplication', 'allowedOrganizations'].map(
        (name) => `remove ${name}, it does not go with tokenProfile rfc9068`,
      ),
    ],
    [
      { casdoorUrl, issuer: 'https://a', jwksUrl: 'https://a/k' },
      ['issuer', 'jwksUrl'].map((name) => `remove ${name}, it does not go with tokenProfile casdoor`),
    ],
    [{ casdoorUrl, tokenProfile: 'jwt' }, ['set tokenProfile to casdoor, or rfc9068']],
    [{ casdoorUrl, listedTools: 'some' }, ['set listedTools to all, or permitted']],
  ])('refuse what contradicts itself: %j', (given, mistakes) => {
    for (const mistake of mistakes) expect(() => readSettings(given)).toThrow(mistake);
  });

  it('list all mistakes in one message, and every setting when a name is unknown', () => {
    const read = () => readSettings({ casdoorUrl: 'x', initialScopes: 'y', allowedClients: 'z' });
    expect(read).toThrow(InvalidSettings);
    expect(read).toThrow(
      /casdoorUrl.*initialScopes.*remove allowedClients, there is no such setting; the settings are casdoorUrl, /s,
    );
  });
});
