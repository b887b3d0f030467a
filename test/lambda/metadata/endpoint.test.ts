import { createMetadataEndpoint } from '../../../lambda/metadata/endpoint.ts';
import { toMetadataUrl } from '../../../lambda/metadata/protected-resource.ts';

const resource = {
  url: 'https://mcp.example.com/mcp',
  issuer: 'https://door.example.com',
  name: 'Files',
  documentationUrl: 'https://docs.example.com/files',
  scopePrefix: '',
};

describe('the protected resource metadata', () => {
  it('is the document of RFC 9728 with the scopes of the tools', async () => {
    const response = await createMetadataEndpoint(resource)();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('cache-control')).toBe('public, max-age=300');
    expect(await response.json()).toEqual({
      resource: 'https://mcp.example.com/mcp',
      authorization_servers: ['https://door.example.com'],
      scopes_supported: ['files:list', 'files:read', 'files:write'],
      bearer_methods_supported: ['header'],
      resource_name: 'Files',
      resource_documentation: 'https://docs.example.com/files',
    });
  });

  it('names the scopes as the authorization server does', async () => {
    const response = await createMetadataEndpoint({ ...resource, scopePrefix: 'api/' })();
    expect(await response.json()).toMatchObject({
      scopes_supported: ['api/files:list', 'api/files:read', 'api/files:write'],
    });
  });

  it('is the same bytes every time', async () => {
    const endpoint = createMetadataEndpoint(resource);
    const [one, other] = await Promise.all([endpoint(), endpoint()]);
    expect(await one.text()).toBe(await other.text());
  });

  it.each([
    ['https://mcp.example.com/mcp', 'https://mcp.example.com/.well-known/oauth-protected-resource/mcp'],
    ['https://mcp.example.com', 'https://mcp.example.com/.well-known/oauth-protected-resource'],
    ['http://localhost:3000/mcp', 'http://localhost:3000/.well-known/oauth-protected-resource/mcp'],
  ])('of %s is at %s', (url, place) => {
    expect(toMetadataUrl(url)).toBe(place);
  });
});
