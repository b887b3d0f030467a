import { readMcpSettings, readMetadataSettings } from '../../lambda/settings.ts';
import { toMcpEnvironment, toMetadataEnvironment } from '../../lib/function-environment.ts';
import { readSettings } from '../../lib/settings.ts';

const resource = 'https://mcp.example.com/mcp';
const surroundings = { serviceName: 'Files', bucketName: 'bucket', prefix: 'files/' };

describe('the variables of the functions', () => {
  it.each<Record<string, unknown>>([
    {},
    { allowedOrigins: [], initialScopes: 'files:write', tokenAlgorithms: ['ES256', 'RS512'] },
    { keySetMaxAgeHours: '1', maxWriteBytes: 1, deletion: 'false', logPaths: true, listedTools: 'permitted' },
    { fileRoots: 'user', isolation: 'iam', resourceName: 'Files of Zoë', machineClientIds: 'a,b' },
  ])('are ones that the functions can read, made from %j', (given) => {
    const settings = readSettings({ casdoorUrl: 'https://door.example.com', ...given });
    // As CloudFormation hands them over: texts, of which none is empty.
    const mcp = Object.entries(toMcpEnvironment(settings, resource, surroundings));
    const metadata = Object.entries(toMetadataEnvironment(settings, resource));
    for (const [, value] of [...mcp, ...metadata]) expect(value).toMatch(/./);
    expect(readMcpSettings(Object.fromEntries(mcp))).toMatchObject({
      audience: resource,
      keySetMaxAgeHours: settings.keySetMaxAgeHours,
      initialScopes: settings.initialScopes,
      tokenAlgorithms: settings.tokenAlgorithms,
    });
    expect(readMetadataSettings(Object.fromEntries(metadata))).toMatchObject({
      url: resource,
      scopePrefix: '',
    });
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
