import { readMcpSettings, readMetadataSettings } from '../../lambda/settings.ts';
import { toMcpEnvironment, toMetadataEnvironment } from '../../lib/function-environment.ts';
import { readSettings } from '../../lib/settings.ts';

const resource = 'https://mcp.example.com/mcp';
const surroundings = { serviceName: 'Files', bucketName: 'bucket', prefix: 'files/' };

describe('the variables of the functions', () => {
  const casdoor = { casdoorUrl: 'https://door.example.com' };
  // No two settings of one type have the same value, so that none can take the place of another.
  const others = {
    tokenProfile: 'rfc9068',
    issuer: 'https://id.example.com/',
    jwksUrl: 'https://id.example.com/keys',
    audience: 'api',
    scopePrefix: 'api/',
    tokenAlgorithms: 'ES256,RS512',
    keySetMaxAgeHours: 7,
    principalCacheSeconds: 8,
    allowedClientIds: 'client',
    machineClientIds: 'machine',
    clientClaim: 'cid',
    userMark: 'idtyp=user',
    organizationClaim: 'org',
    allowedOrganizations: 'globex',
    acceptBoundTokens: true,
    initialScopes: 'files:write',
    allowedOrigins: 'https://web.example.com',
    toolVisibility: 'permitted',
    fileRoots: 'user',
    deletion: false,
    chatgptTools: true,
    logPaths: true,
    writerMetadata: false,
    maxWriteBytes: 1024,
    callsPerMinute: 60,
    bytesPerDay: 5000,
    resourceName: 'Files of Zoë',
    documentationUrl: 'https://docs.example.com/',
  };

  it.each<[string, Record<string, unknown>]>([
    ['the defaults', casdoor],
    ['other values of all', others],
    ['empty lists', { ...casdoor, allowedOrigins: [] }],
    [
      'what is of Casdoor',
      { ...casdoor, casdoorApplication: 'app-mcp', allowedOrganizations: 'acme', allowedClientIds: 'client' },
    ],
  ])('are read back as what was set: %s', (_, given) => {
    const settings = readSettings(given);
    const isLimited = settings.callsPerMinute !== undefined;
    const variables = {
      ...toMcpEnvironment(settings, resource, surroundings),
      ...(isLimited && { QUOTA_TABLE: 'table' }),
    };
    const metadataVariables = toMetadataEnvironment(settings, resource);
    // CloudFormation passes on texts, and Lambda takes no empty one.
    for (const value of [...Object.values(variables), ...Object.values(metadataVariables)])
      expect(value).toMatch(/./);

    const { limits, quota, ...mcp } = readMcpSettings({ ...variables });
    const { name, ...metadata } = readMetadataSettings({ ...metadataVariables });
    const read = { ...mcp, ...limits, ...quota, ...metadata, resourceName: name };
    const known = { audience: resource, scopePrefix: '', ...settings };
    const isSetting = ([name]: [string, unknown]) => name in known;
    const [shared, own] = [Object.entries(read).filter(isSetting), Object.entries(read)];
    expect(shared).toEqual(shared.map(([name]) => [name, known[name as keyof typeof known]]));
    // What is left is of the deployment and no setting.
    expect(Object.fromEntries(own.filter((entry) => !isSetting(entry)))).toEqual({
      resource,
      url: resource,
      filesBucket: 'bucket',
      filesPrefix: 'files/',
      serviceName: 'Files',
      tenantRoleArn: undefined,
      ...(isLimited && { table: 'table' }),
    });
    const { casdoorUrl, ...set } = given;
    expect(Object.keys(read)).toEqual(expect.arrayContaining(Object.keys(set)));
  });

  it('carry the names that another authorization server has for audience and scopes', () => {
    const settings = readSettings({
      tokenProfile: 'rfc9068',
      issuer: 'https://id.example.com',
      jwksUrl: 'https://id.example.com/keys',
      audience: 'api',
      scopePrefix: 'api/',
    });
    const mcp = readMcpSettings({ ...toMcpEnvironment(settings, resource, surroundings) });
    expect(mcp).toMatchObject({ resource, audience: 'api', scopePrefix: 'api/' });
    const metadata = readMetadataSettings({ ...toMetadataEnvironment(settings, resource) });
    expect(metadata.scopePrefix).toBe('api/');
  });
});
