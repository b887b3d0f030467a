import { readMcpSettings, readMetadataSettings } from '../../lambda/settings.ts';

const mcp = {
  RESOURCE_URL: 'https://mcp.example.com/mcp',
  ISSUER: 'https://door.example.com',
  JWKS_URL: 'https://door.example.com/.well-known/jwks',
  KEY_SET_MAX_AGE_HOURS: '24',
  TOKEN_PROFILE: 'casdoor',
  TOKEN_ALGORITHMS: 'RS256',
  TOOL_VISIBILITY: 'all',
  INITIAL_SCOPES: 'files:list files:read',
  FILES_BUCKET: 'files',
  FILES_PREFIX: 'files/',
  FILE_ROOTS: 'shared',
  DELETION: 'off',
  MAX_WRITE_BYTES: '1024',
  SERVICE_NAME: 'files',
  LOG_PATHS: 'off',
  WRITER_METADATA: 'on',
};

describe("the MCP function's settings", () => {
  it('are read from its variables', () => {
    const variables = { ...mcp, ALLOWED_CLIENT_IDS: 'one two', PATH: '/bin' };
    expect(readMcpSettings(variables)).toEqual({
      acceptBoundTokens: false,
      casdoorApplication: undefined,
      clientClaim: undefined,
      organizationClaim: undefined,
      userMark: undefined,
      resource: 'https://mcp.example.com/mcp',
      issuer: 'https://door.example.com',
      jwksUrl: 'https://door.example.com/.well-known/jwks',
      keySetMaxAgeHours: 24,
      principalCacheSeconds: 0,
      audience: 'https://mcp.example.com/mcp',
      scopePrefix: '',
      tokenProfile: 'casdoor',
      tokenAlgorithms: ['RS256'],
      toolVisibility: 'all',
      initialScopes: ['files:list', 'files:read'],
      filesBucket: 'files',
      filesPrefix: 'files/',
      fileRoots: 'shared',
      deletion: false,
      chatgptTools: false,
      limits: { maxWriteBytes: 1024 },
      allowedOrigins: [],
      allowedClientIds: ['one', 'two'],
      allowedOrganizations: [],
      machineClientIds: [],
      serviceName: 'files',
      logPaths: false,
      writerMetadata: true,
      connectPage: false,
      tenantRoleArn: undefined,
      quota: undefined,
    });
  });

  it('may name audience and scopes as another authorization server does', () => {
    const named = { ...mcp, TOKEN_AUDIENCE: 'f2c5', SCOPE_PREFIX: 'https://mcp.example.com/mcp/' };
    expect(readMcpSettings(named)).toMatchObject({
      audience: 'f2c5',
      scopePrefix: 'https://mcp.example.com/mcp/',
    });
  });

  it('may limit what each caller uses, by one number or by both', () => {
    const limited = { ...mcp, QUOTA_TABLE: 'quota', CALLS_PER_MINUTE: '60' };
    expect(readMcpSettings(limited).quota).toEqual({
      table: 'quota',
      callsPerMinute: 60,
      bytesPerDay: undefined,
    });
    expect(readMcpSettings({ ...limited, BYTES_PER_DAY: '1000' }).quota).toEqual({
      table: 'quota',
      callsPerMinute: 60,
      bytesPerDay: 1000,
    });
  });

  it.each([{ QUOTA_TABLE: 'quota' }, { CALLS_PER_MINUTE: '60' }, { BYTES_PER_DAY: '1000' }])(
    'refuse half of a quota: %j',
    (half) => {
      expect(() => readMcpSettings({ ...mcp, ...half })).toThrow(
        'set QUOTA_TABLE together with CALLS_PER_MINUTE or BYTES_PER_DAY, or none of them',
      );
    },
  );

  it.each([
    [{ CALLS_PER_MINUTE: 'many', QUOTA_TABLE: 'quota' }, 'set CALLS_PER_MINUTE to a number, got "many"'],
    [{ TENANT_ROLE_ARN: '' }, 'set TENANT_ROLE_ARN, it is missing'],
    [{ LOG_PATHS: 'yes' }, 'set LOG_PATHS to on or off, got "yes"'],
    [{ WRITER_METADATA: 'yes' }, 'set WRITER_METADATA to on or off, got "yes"'],
    [{ SERVICE_NAME: undefined }, 'set SERVICE_NAME, it is missing'],
  ])('refuse %j', (wrong, mistake) => {
    expect(() => readMcpSettings({ ...mcp, ...wrong })).toThrow(mistake);
  });

  it.each(['', '0', '1.5', 'much', undefined])('refuse %j for a number', (value) => {
    expect(() => readMcpSettings({ ...mcp, MAX_WRITE_BYTES: value })).toThrow(
      'set MAX_WRITE_BYTES to a number',
    );
  });

  it('name every variable that is missing or wrong at once', () => {
    const variables = {
      ...mcp,
      ISSUER: undefined,
      FILES_BUCKET: '',
      JWKS_URL: 'door.example.com',
      TOKEN_PROFILE: 'jwt',
    };
    expect(() => readMcpSettings(variables)).toThrow(
      'the environment of the function is wrong: set ISSUER, it is missing; ' +
        'set JWKS_URL to a URL, got "door.example.com"; set TOKEN_PROFILE to casdoor or rfc9068, got "jwt"; set FILES_BUCKET, it is missing',
    );
  });
});

describe("the metadata function's settings", () => {
  it('are read from its variables', () => {
    const variables = {
      RESOURCE_URL: mcp.RESOURCE_URL,
      ISSUER: mcp.ISSUER,
      RESOURCE_NAME: 'Files',
      DOCUMENTATION_URL: 'https://example.com',
    };
    expect(readMetadataSettings(variables)).toEqual({
      url: mcp.RESOURCE_URL,
      issuer: mcp.ISSUER,
      name: 'Files',
      documentationUrl: 'https://example.com',
      scopePrefix: '',
    });
    expect(readMetadataSettings({ ...variables, SCOPE_PREFIX: 'api/' }).scopePrefix).toBe('api/');
  });

  it('name the variable that is missing', () => {
    expect(() => readMetadataSettings({})).toThrow('set RESOURCE_NAME, it is missing');
  });
});
