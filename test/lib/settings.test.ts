import { InvalidSettings, readSettings } from '../../lib/settings.ts';

const casdoorUrl = 'https://door.example.com';

const other = {
  tokenProfile: 'rfc9068',
  issuer: 'https://id.example.com/realms/a',
  jwksUrl: 'https://id.example.com/keys',
};

const arnOf = (service: string, kind: string) =>
  `arn:aws:${service}:eu-west-1:123456789012:${kind}/11111111-2222-3333-4444-555555555555`;

describe('the deployment settings', () => {
  it('need only Casdoor; the rest has defaults', () => {
    expect(readSettings({ casdoorUrl })).toEqual({
      tokenProfile: 'casdoor',
      issuer: casdoorUrl,
      jwksUrl: 'https://door.example.com/.well-known/jwks',
      keySetMaxAgeHours: 24,
      principalCacheSeconds: 60,
      toolVisibility: 'all',
      fileRoots: 'shared',
      deletion: true,
      chatgptTools: false,
      maxWriteBytes: 3_145_728,
      clientRegistration: 'none',
      allowedRedirectUris: [
        'https://claude.ai/api/mcp/auth_callback',
        'https://claude.com/api/mcp/auth_callback',
        'https://chatgpt.com/connector_platform_oauth_redirect',
        'https://www.cursor.com/agents/mcp/oauth/callback',
        'https://vscode.dev/redirect',
        'https://insiders.vscode.dev/redirect',
      ],
      allowedClientIds: [],
      allowedOrganizations: [],
      machineClientIds: [],
      acceptBoundTokens: false,
      allowedOrigins: [
        'https://claude.ai',
        'https://claude.com',
        'https://chatgpt.com',
        'https://vscode.dev',
        'https://insiders.vscode.dev',
        'https://github.dev',
      ],
      initialScopes: ['files:list', 'files:read'],
      tokenAlgorithms: ['RS256'],
      resourceName: 'Casdoor MCP file server',
      documentationUrl: 'https://casdoor.org/docs/mcp-auth/third-party-integration',
      isolation: 'code',
      logPaths: false,
      writerMetadata: true,
      connectPage: true,
      stackName: 'CasdoorMcpFileServer',
      removalPolicy: 'retain',
      logRetentionDays: 30,
      mcpMemory: 1024,
      terminationProtection: false,
      accountConcurrency: 1000,
      rateLimit: 50,
      burstLimit: 100,
      tags: [],
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
      // `cdk cli-telemetry --disable` and `cdk acknowledge` write these to cdk.context.json.
      'cli-telemetry': false,
      'acknowledged-issue-numbers': [34892],
    };
    expect(readSettings(context)).toEqual(readSettings({ casdoorUrl }));
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
    ['casdoorApplication', '..'],
    ['keySetMaxAgeHours', 0],
    ['keySetMaxAgeHours', 721],
    ['principalCacheSeconds', -1],
    ['principalCacheSeconds', 61],
    ['documentationUrl', 'https://:password@example.com/'],
    ['initialScopes', ''],
    ['initialScopes', []],
    ['tokenAlgorithms', ''],
    ['tokenAlgorithms', []],
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
    ['acceptBoundTokens', 'yes'],
    ['documentationUrl', 'https://EXAMPLE.com/'],
    ['documentationUrl', 'https://example.com/a b'],
    ['fileRoots', 'team'],
    ['deletion', 'no'],
    ['chatgptTools', 'yes'],
    ['maxWriteBytes', 0],
    ['maxWriteBytes', 4_000_000],
    ['maxWriteBytes', 'much'],
    ['resourceName', ''],
    ['documentationUrl', 'docs'],
    ['isolation', 'vpc'],
    ['logPaths', 'yes'],
    ['writerMetadata', 'yes'],
    ['callsPerMinute', 0],
    ['callsPerMinute', ''],
    ['bytesPerDay', '1e9'],
    ['stackName', 'my stack'],
    ['stackName', '1st'],
    ['domainName', 'https://files.example.com'],
    ['domainName', 'Files.example.com'],
    ['domainName', 'files'],
    ['certificateArn', 'arn:aws:iam::123456789012:server-certificate/x'],
    ['hostedZoneId', '/hostedzone/Z012'],
    ['hostedZoneName', 'example.com.'],
    ['bucketName', 'My.Bucket'],
    ['kmsKeyArn', 'alias/mine'],
    ['kmsKeyArn', 'arn:aws:kms:eu-west-1:123456789012:alias/mine'],
    ['removalPolicy', 'snapshot'],
    ['logRetentionDays', 31],
    ['mcpMemory', 128],
    ['mcpMemory', 20_000],
    ['reservedConcurrency', -1],
    ['provisionedConcurrency', 1.5],
    ['accountConcurrency', 0],
    ['terminationProtection', 'maybe'],
    ['rateLimit', 'fast'],
    ['rateLimit', true],
    ['burstLimit', []],
    ['alarmEmail', 'ops'],
    ['permissionsBoundaryArn', 'arn:aws:iam::123456789012:role/boundary'],
    ['tags', 'team'],
    ['tags', 'aws:team=a'],
    ['tags', 'AWS:team=a'],
    ['tags', 'team=a,Aws:x=1'],
    ['tags', Array.from({ length: 51 }, (_, index) => `key${index}=a`)],
    ['tags', { team: 'a' }],
    ['tags', 'team=a,team=b'],
  ])('refuse %s = %j and say what to set', (name, value) => {
    expect(() => readSettings({ casdoorUrl, [name]: value })).toThrow(`set ${name} to `);
    expect(() => readSettings({ casdoorUrl, [name]: value })).toThrow(`got ${JSON.stringify(value)}`);
  });

  it.each<[string, unknown, unknown]>([
    ['isolation', 'iam', 'iam'],
    ['logPaths', 'true', true],
    ['writerMetadata', 'false', false],
    ['callsPerMinute', '60', 60],
    ['bytesPerDay', 1e9, 1e9],
    ['stackName', 'Files-Staging', 'Files-Staging'],
    ['bucketName', 'their-files', 'their-files'],
    ['kmsKeyArn', arnOf('kms', 'key'), arnOf('kms', 'key')],
    [
      'kmsKeyArn',
      'arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab',
      undefined,
    ],
    ['removalPolicy', 'destroy', 'destroy'],
    ['logRetentionDays', '365', 365],
    ['mcpMemory', '2048', 2048],
    ['reservedConcurrency', '10', 10],
    ['provisionedConcurrency', 2, 2],
    ['accountConcurrency', '3000', 3000],
    ['terminationProtection', 'true', true],
    ['rateLimit', '5', 5],
    ['burstLimit', 5, 5],
    ['alarmEmail', 'ops@example.com', 'ops@example.com'],
    ['permissionsBoundaryArn', 'arn:aws:iam::aws:policy/PowerUserAccess', undefined],
    ['tags', 'team=files, cost-center=a=b', ['team=files', 'cost-center=a=b']],
    ['tags', ['owner=Ops team'], ['owner=Ops team']],
    ['tags', 'Owner=Jane Doe', ['Owner=Jane Doe']],
    ['tags', 'Note=a b=c, Cost Center=42', ['Note=a b=c', 'Cost Center=42']],
  ])('take %s = %j', (name, value, expected) => {
    const settings = readSettings({ casdoorUrl, fileRoots: 'user', [name]: value });
    expect(settings).toMatchObject({ [name]: expected ?? value });
  });

  const domainName = 'files.example.com';
  const certificateArn = arnOf('acm', 'certificate');
  const zone = { hostedZoneId: 'Z0123456789ABC', hostedZoneName: 'example.com' };

  it.each([
    { domainName, certificateArn },
    { domainName, ...zone },
    { domainName, certificateArn, ...zone },
    { domainName: 'example.com', ...zone },
  ])('take a whole custom domain: %j', (domain) => {
    expect(readSettings({ casdoorUrl, ...domain })).toMatchObject(domain);
  });

  it.each<[Record<string, unknown>, string[]]>([
    [{ domainName }, ['set certificateArn to ']],
    [{ certificateArn }, ['set domainName to ']],
    [zone, ['set domainName to ']],
    [{ domainName, hostedZoneId: zone.hostedZoneId }, ['set hostedZoneName to ']],
    [{ domainName, certificateArn, hostedZoneName: zone.hostedZoneName }, ['set hostedZoneId to ']],
    [{ hostedZoneId: zone.hostedZoneId }, ['set domainName to ', 'set hostedZoneName to ']],
    [
      { domainName: 'files.example.org', ...zone },
      ['set domainName to a name in the zone example.com, got "files.example.org"'],
    ],
    [{ domainName: 'badexample.com', ...zone }, ['set domainName to a name in the zone example.com']],
    [
      { domainName, certificateArn, publicUrl: 'https://a.example.com/mcp' },
      ['remove publicUrl, domainName already says what it is'],
    ],
  ])('refuse half of a custom domain: %j', (given, mistakes) => {
    for (const mistake of mistakes) expect(() => readSettings({ casdoorUrl, ...given })).toThrow(mistake);
  });

  it.each<[Record<string, unknown>, string]>([
    [
      { reservedConcurrency: '9', provisionedConcurrency: '10' },
      'set provisionedConcurrency to at most reservedConcurrency (9), got 10',
    ],
    [{ isolation: 'iam' }, 'set fileRoots to organization or user, isolation iam does not go with shared'],
    [{ isolation: 'iam', fileRoots: 'shared' }, 'set fileRoots to organization or user'],
    [
      { reservedConcurrency: 901 },
      'set reservedConcurrency to at most 900, Lambda leaves 100 of accountConcurrency (1000) unreserved, got 901',
    ],
    [
      { provisionedConcurrency: 51, accountConcurrency: '150' },
      'set provisionedConcurrency to at most 50, Lambda leaves 100 of accountConcurrency (150) unreserved, got 51',
    ],
    [
      { reservedConcurrency: 1, accountConcurrency: 10 },
      'remove reservedConcurrency, Lambda leaves 100 of accountConcurrency (10) unreserved',
    ],
    [
      {
        kmsKeyArn: arnOf('kms', 'key'),
        domainName: 'files.example.com',
        certificateArn: arnOf('acm', 'certificate').replace('eu-west-1', 'us-east-1'),
      },
      'set kmsKeyArn and certificateArn to ARNs of one region, got eu-west-1 and us-east-1',
    ],
  ])('refuse what cannot go together: %j', (given, mistake) => {
    expect(() => readSettings({ casdoorUrl, ...given })).toThrow(mistake);
  });

  it.each<[Record<string, unknown>]>([
    [{ reservedConcurrency: 900 }],
    [
      {
        kmsKeyArn: arnOf('kms', 'key'),
        domainName: 'files.example.com',
        certificateArn: arnOf('acm', 'certificate'),
      },
    ],
  ])('take what does go together: %j', (given) => {
    expect(readSettings({ casdoorUrl, ...given })).toMatchObject(given);
  });

  it.each<[Record<string, unknown>, string]>([
    [
      { allowedClientIds: 'x'.repeat(3000), machineClientIds: ['y'.repeat(600)] },
      'shorten allowedClientIds (3000 bytes), machineClientIds (600 bytes), allowedOrigins (122 bytes): the variables of a Lambda function hold 4096 bytes, got 4',
    ],
    [{ resourceName: 'ü'.repeat(2048) }, 'shorten resourceName (4096 bytes), '],
    [
      { documentationUrl: `https://a.example/${'x'.repeat(4000)}` },
      'shorten documentationUrl (4018 bytes), ',
    ],
    [{ casdoorApplication: 'x'.repeat(4000) }, 'shorten casdoorApplication (4000 bytes), '],
    [
      {
        tokenProfile: 'rfc9068',
        casdoorUrl: undefined,
        issuer: `https://id.example.com/${'x'.repeat(3500)}`,
        jwksUrl: 'https://id.example.com/keys',
      },
      'shorten issuer (3523 bytes), ',
    ],
  ])('refuse what the variables of a function cannot hold', (given, mistake) => {
    expect(() => readSettings({ casdoorUrl, ...given })).toThrow(InvalidSettings);
    expect(() => readSettings({ casdoorUrl, ...given })).toThrow(mistake);
  });

  it("read the application's own key set where the application is named", () => {
    expect(readSettings({ casdoorUrl, casdoorApplication: 'app-mcp' }).jwksUrl).toBe(
      'https://door.example.com/.well-known/app-mcp/jwks',
    );
  });

  it('take another authorization server by its issuer and key set', () => {
    const given = {
      ...other,
      audience: '7d3a1c6e-0000-4000-8000-000000000000',
      scopePrefix: 'https://mcp.example.com/mcp/',
      organizationClaim: 'https://example.com/organization',
      fileRoots: 'organization',
      allowedOrganizations: ['acme'],
    };
    expect(readSettings(given)).toMatchObject(given);
  });

  it.each(['auth_time', 'idtyp=user', 'sub!=client_id', 'https://example.com/person'])(
    'take the mark of a user %s',
    (userMark) => {
      expect(readSettings({ ...other, userMark, clientClaim: 'cid' })).toMatchObject({
        userMark,
        clientClaim: 'cid',
      });
    },
  );

  it.each(['RS384', 'PS256', 'PS384', 'PS512', 'EdDSA', 'Ed25519'])('take the algorithm %s', (name) => {
    expect(readSettings({ ...other, tokenAlgorithms: name }).tokenAlgorithms).toEqual([name]);
  });

  it.each(
    ['issuer', 'jwksUrl'].flatMap((name) =>
      [
        'https://a.example.com/ ',
        ' https://a.example.com/',
        'https://a.example.com/\n',
        'https://a.example.com/x\r\ny',
      ]
        .concat(
          'https://A.example.com/',
          'HTTPS://a.example.com/',
          'https://a.example.com:443/',
          'https:a.example.com',
        )
        .map((url) => [name, url] as const),
    ),
  )('refuse the %s %j, which a token could never equal', (name, url) => {
    expect(() => readSettings({ ...other, [name]: url })).toThrow(`set ${name} to the https URL`);
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
      },
      ['casdoorUrl', 'casdoorApplication'].map(
        (name) => `remove ${name}, it does not go with tokenProfile rfc9068`,
      ),
    ],
    [
      { ...other, fileRoots: 'organization' },
      ['set organizationClaim to the claim that names it, fileRoots organization needs one'],
    ],
    [
      { ...other, allowedOrganizations: 'a' },
      ['set organizationClaim to the claim that names it, allowedOrganizations needs one'],
    ],
    ...['clientClaim', 'userMark', 'organizationClaim'].map((name): [Record<string, unknown>, string[]] => [
      { casdoorUrl, [name]: 'sub' },
      [`remove ${name}, it does not go with tokenProfile casdoor`],
    ]),
    ...['uid ', 'a="b"', '=user', 'a=', 'a=b=c', ''].map((userMark): [Record<string, unknown>, string[]] => [
      { ...other, userMark },
      ['set userMark to '],
    ]),
    [
      { casdoorUrl, issuer: 'https://a', jwksUrl: 'https://a/k', audience: 'api', scopePrefix: 'api/' },
      ['issuer', 'jwksUrl', 'audience', 'scopePrefix'].map(
        (name) => `remove ${name}, it does not go with tokenProfile casdoor`,
      ),
    ],
    [{ casdoorUrl, tokenProfile: 'jwt' }, ['set tokenProfile to casdoor, or rfc9068']],
    [{ casdoorUrl, toolVisibility: 'some' }, ['set toolVisibility to all, or permitted']],
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
