import { readLocalSettings } from '../../local/settings.ts';

const keys = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' };

describe('the settings of the local stack', () => {
  it('have defaults', () => {
    expect(readLocalSettings({})).toMatchObject({
      mcpPort: 3000,
      authPort: 8000,
      s3Port: 4568,
      directory: expect.stringMatching(/\/\.local$/),
      casdoorUrl: undefined,
      s3Endpoint: undefined,
    });
  });

  it("show a developer's own AWS keys to nobody but the S3 server that was named", () => {
    const local = { accessKeyId: 'local', secretAccessKey: 'local-secret' };
    expect(readLocalSettings(keys).credentials).toEqual(local);
    expect(readLocalSettings({ ...keys, S3_ENDPOINT: 'http://127.0.0.1:9000' }).credentials).toEqual({
      accessKeyId: 'AKIAEXAMPLE',
      secretAccessKey: 'secret',
    });
  });

  it('may lead to a real Casdoor and one of its applications', () => {
    const variables = { CASDOOR_URL: 'https://door.example.com', CASDOOR_APPLICATION: 'app-mcp' };
    expect(readLocalSettings(variables)).toMatchObject({
      casdoorUrl: 'https://door.example.com',
      casdoorApplication: 'app-mcp',
    });
  });

  it('take the registration bridge, which needs a client id at a real Casdoor', () => {
    expect(readLocalSettings({ CLIENT_REGISTRATION: 'bridge' })).toMatchObject({
      clientRegistration: 'bridge',
    });
    const casdoor = { CASDOOR_URL: 'https://door.example.com', CLIENT_REGISTRATION: 'bridge' };
    expect(() => readLocalSettings(casdoor)).toThrow(/^set PUBLIC_CLIENT_ID to the client id/);
    expect(readLocalSettings({ ...casdoor, PUBLIC_CLIENT_ID: 'abc' })).toMatchObject({
      publicClientId: 'abc',
    });
  });

  it('take the tools for ChatGPT, which are off by default', () => {
    expect(readLocalSettings({}).chatgptTools).toBe(false);
    expect(readLocalSettings({ CHATGPT_TOOLS: '1' }).chatgptTools).toBe(true);
  });

  it('take the lists of who may call, by the names that a deployment has for them', () => {
    expect(readLocalSettings({}).allowLists).toEqual({});
    const variables = { ALLOWED_CLIENT_IDS: 'a,b', ALLOWED_ORGANIZATIONS: 'acme', MACHINE_CLIENT_IDS: 'm' };
    expect(readLocalSettings(variables).allowLists).toEqual({
      allowedClientIds: 'a,b',
      allowedOrganizations: 'acme',
      machineClientIds: 'm',
    });
  });

  it('refuse one port for two servers', () => {
    expect(() => readLocalSettings({ AUTH_PORT: '3000' })).toThrow(
      'set MCP_PORT, AUTH_PORT and S3_PORT to three ports, got 3000, 3000 and 4568',
    );
  });

  it.each([
    ['MCP_PORT', '0'],
    ['MCP_PORT', '65536'],
    ['AUTH_PORT', '0x10'],
    ['AUTH_PORT', '1e3'],
    ['S3_PORT', ''],
    ['CASDOOR_URL', 'https://door.example.com/'],
    ['CASDOOR_URL', 'http://door.example.com'],
    ['CASDOOR_APPLICATION', '..'],
    ['CLIENT_REGISTRATION', 'open'],
    ['PUBLIC_CLIENT_ID', 'a b'],
    ['ALLOWED_CLIENT_IDS', ''],
    ['ALLOWED_ORGANIZATIONS', 'é'],
    ['S3_ENDPOINT', 'minio'],
    ['LOCAL_DATA_DIR', ''],
  ])('refuse %s=%s by that name', (name, value) => {
    expect(() => readLocalSettings({ [name]: value })).toThrow(
      new RegExp(`^set ${name} to .*, got "${value.replaceAll('.', '\\.')}"$`),
    );
  });
});
