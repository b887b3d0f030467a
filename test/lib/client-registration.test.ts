import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readMetadataSettings } from '../../lambda/settings.ts';
import { bundleFunctions } from '../../lib/bundle.ts';
import { toMetadataEnvironment } from '../../lib/function-environment.ts';
import { readSettings } from '../../lib/settings.ts';
import { propertiesOf, synthesize } from '../support/synthesize.ts';

const casdoor = { casdoorUrl: 'https://door.example.com', casdoorApplication: 'app-mcp' };
const bridge = { ...casdoor, clientRegistration: 'bridge', publicClientId: 'the-client' };
const other = {
  clientRegistration: 'bridge',
  publicClientId: 'the-client',
  tokenProfile: 'rfc9068',
  issuer: 'https://id.example.com/realms/files',
  jwksUrl: 'https://id.example.com/realms/files/keys',
};
const endpoints = {
  authorizationEndpoint: 'https://id.example.com/realms/files/auth',
  tokenEndpoint: 'https://id.example.com/realms/files/token',
};

function readBridge(given: Record<string, unknown>) {
  const variables = toMetadataEnvironment(readSettings(given), 'https://mcp.example.com/mcp');
  return readMetadataSettings({ ...variables }).bridge;
}

describe('the setting clientRegistration', () => {
  it('is off by default, with or without a public client', () => {
    expect(readBridge(casdoor)).toBeUndefined();
    expect(readBridge({ ...casdoor, publicClientId: 'the-client' })).toBeUndefined();
  });

  it('leads to the endpoints of Casdoor and the key set of the application', () => {
    expect(readBridge({ ...bridge, allowedRedirectUris: 'app://back,https://web.example.com' })).toEqual({
      origin: 'https://mcp.example.com',
      authorizationEndpoint: 'https://door.example.com/login/oauth/authorize',
      tokenEndpoint: 'https://door.example.com/api/login/oauth/access_token',
      jwksUrl: 'https://door.example.com/.well-known/app-mcp/jwks',
      tokenAlgorithms: ['RS256'],
      clientId: 'the-client',
      allowedRedirectUris: ['app://back', 'https://web.example.com'],
    });
  });

  it('takes the endpoints of another server, and those of a Casdoor whose pages are elsewhere', () => {
    expect(readBridge({ ...other, ...endpoints })).toMatchObject(endpoints);
    const { authorizationEndpoint } = endpoints;
    expect(readBridge({ ...bridge, authorizationEndpoint })).toMatchObject({
      authorizationEndpoint,
      tokenEndpoint: 'https://door.example.com/api/login/oauth/access_token',
    });
  });

  it('may let no client be called back but those on loopback', () => {
    expect(readBridge({ ...bridge, allowedRedirectUris: [] })?.allowedRedirectUris).toEqual([]);
  });

  it('allows by default the web clients that the guide registers at Casdoor', () => {
    const path = join(import.meta.dirname, '../../casdoor/init_data.json');
    const [application] = JSON.parse(readFileSync(path, 'utf8')).applications;
    expect(readSettings(casdoor).allowedRedirectUris).toEqual(application.redirectUris);
  });

  it.each<[Record<string, unknown>, string]>([
    [{ ...bridge, publicClientId: undefined }, 'set publicClientId to'],
    [other, 'set authorizationEndpoint to'],
    [other, 'set tokenEndpoint to'],
    [{ ...bridge, clientRegistration: 'open' }, 'set clientRegistration to none, or bridge'],
    [{ ...bridge, publicClientId: 'the client' }, 'set publicClientId to'],
    [{ ...bridge, tokenEndpoint: 'http://door.example.com/token' }, 'set tokenEndpoint to'],
    [{ ...bridge, allowedRedirectUris: ['http://web.example.com/'] }, 'set allowedRedirectUris to'],
    [{ ...bridge, allowedRedirectUris: ['https://web.example.com/#a'] }, 'set allowedRedirectUris to'],
    [{ ...bridge, allowedRedirectUris: ['javascript://alert'] }, 'set allowedRedirectUris to'],
    [{ ...bridge, allowedRedirectUris: ['web.example.com'] }, 'set allowedRedirectUris to'],
    [{ ...bridge, allowedClientIds: 'one,two' }, 'add publicClientId to allowedClientIds'],
    [
      { ...casdoor, allowedRedirectUris: 'app://back' },
      'remove allowedRedirectUris, it goes with clientRegistration bridge only',
    ],
    [{ ...casdoor, ...endpoints }, 'remove tokenEndpoint, it goes with clientRegistration bridge only'],
  ])('refuses %j', (given, mistake) => {
    expect(() => readSettings(given)).toThrow(mistake);
  });

  it('accepts a list of clients with the public client in it', () => {
    expect(readSettings({ ...bridge, allowedClientIds: ['one', 'the-client'] }).publicClientId).toBe(
      'the-client',
    );
  });
});

describe('the routes of the bridge', () => {
  it('exist where it is on, lead to the metadata function and ask for no token', async () => {
    await bundleFunctions();
    const keysOf = (context: Record<string, unknown>) =>
      propertiesOf(synthesize(context), 'AWS::ApiGatewayV2::Route').map(
        ({ RouteKey, AuthorizationType }) => `${RouteKey} ${AuthorizationType}`,
      );
    const without = keysOf({});
    expect(
      keysOf(bridge)
        .filter((key) => !without.includes(key))
        .sort(),
    ).toEqual([
      'GET /.well-known/oauth-authorization-server NONE',
      'GET /.well-known/oauth-authorization-server/mcp NONE',
      'GET /.well-known/oauth-authorization-server/{proxy+} NONE',
      'GET /.well-known/openid-configuration NONE',
      'GET /.well-known/openid-configuration/mcp NONE',
      'GET /.well-known/openid-configuration/{proxy+} NONE',
      'HEAD /.well-known/oauth-authorization-server NONE',
      'HEAD /.well-known/oauth-authorization-server/mcp NONE',
      'HEAD /.well-known/oauth-authorization-server/{proxy+} NONE',
      'HEAD /.well-known/openid-configuration NONE',
      'HEAD /.well-known/openid-configuration/mcp NONE',
      'HEAD /.well-known/openid-configuration/{proxy+} NONE',
      'POST /register NONE',
    ]);
  }, 120_000);
});
