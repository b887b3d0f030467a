import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PageTemplate, toConnectPage } from '../../lambda/metadata/connect-page.ts';
import { readMcpSettings } from '../../lambda/settings.ts';
import { bundleFunctions, toFunctionDirectory } from '../../lib/bundle.ts';
import { buildConnectPage } from '../../lib/connect-page.ts';
import { toMcpEnvironment } from '../../lib/function-environment.ts';
import { readSettings } from '../../lib/settings.ts';
import { propertiesOf, synthesize } from '../support/synthesize.ts';

let template: PageTemplate;
beforeAll(async () => {
  await bundleFunctions();
  template = JSON.parse(await buildConnectPage());
}, 120_000);

function read(clientId: string | undefined): string {
  return toConnectPage(template, {
    url: 'https://0123456789.execute-api.eu-west-1.amazonaws.com/mcp',
    issuer: 'https://door.example.com',
    name: 'Casdoor MCP file server',
    documentationUrl: 'https://casdoor.org/docs/mcp-auth/third-party-integration',
    clientId,
  }).body;
}

describe('the connect page', () => {
  it('lies beside the bundle of the metadata function', async () => {
    const path = join(toFunctionDirectory('metadata'), 'connect-page.json');
    expect(readFileSync(path, 'utf8')).toBe(await buildConnectPage());
  });

  it.each([undefined, 'the-client'])('is below 20 KB with the client id %s', (clientId) => {
    expect(Buffer.byteLength(read(clientId))).toBeLessThan(20 * 1024);
  });

  it.each([
    ['style', () => template.styleHash],
    ['script', () => template.scriptHash],
  ])('has one %s, which its policy allows by its hash', (element, hash) => {
    const found = [...read('the-client').matchAll(new RegExp(`<${element}[^>]*>(.*?)</${element}>`, 'gs'))];
    expect(found).toHaveLength(1);
    const digest = createHash('sha256')
      .update(found[0]?.[1] ?? '')
      .digest('base64');
    expect(hash()).toBe(`'sha256-${digest}'`);
  });

  it('loads nothing and has no handlers or styles in its elements', () => {
    expect(read(undefined)).not.toMatch(/<(?:link|img|iframe|object|embed)\b|\s(?:src|style|on\w+)=/);
  });

  it('leaves nothing unfilled', () => {
    for (const clientId of [undefined, 'the-client']) expect(read(clientId)).not.toMatch(/\{\{|<!--|\/\*/);
  });

  it('gives every client id only where there is one', () => {
    expect(read('the-client')).toContain('--client-id the-client');
    expect(read(undefined)).not.toContain('client-id');
    expect(read(undefined)).not.toMatch(/client id/i);
  });

  it.each([undefined, 'the-client'])('has JSON that clients can read, with the client id %s', (clientId) => {
    const blocks = [...read(clientId).matchAll(/<pre>(\{.*?)<\/pre>/gs)];
    expect(blocks).toHaveLength(4);
    for (const [, text = ''] of blocks) expect(JSON.stringify(JSON.parse(text))).toContain('/mcp"');
  });

  it('names every scope in words, and the scopes of every tool', () => {
    const page = read(undefined);
    expect(page).toContain('<td><code>files:read</code></td><td>Read files</td>');
    expect(page).toContain('<td><code>edit_file</code></td><td>files:read, files:write</td>');
    expect(page).toContain('<td><code>whoami</code></td><td>none</td>');
  });
});

describe('the setting connectPage', () => {
  const routesOf = (context: Record<string, unknown>) =>
    propertiesOf(synthesize(context), 'AWS::ApiGatewayV2::Route').map(({ RouteKey }) => String(RouteKey));
  const read = (connectPage: boolean) => {
    const settings = readSettings({ casdoorUrl: 'https://door.example.com', connectPage });
    const surroundings = { serviceName: 'Files', bucketName: 'bucket', prefix: 'files/' };
    return readMcpSettings({ ...toMcpEnvironment(settings, 'https://mcp.example.com/mcp', surroundings) });
  };

  it('takes the page and the way to it away', () => {
    const keys = ['GET /', 'HEAD /'];
    expect(routesOf({})).toEqual(expect.arrayContaining(keys));
    expect(routesOf({ connectPage: 'false' }).filter((key) => keys.includes(key))).toEqual([]);
    expect([read(true).connectPage, read(false).connectPage]).toEqual([true, false]);
  }, 60_000);
});
