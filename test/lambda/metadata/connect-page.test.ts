import { type ConnectPageOptions, toConnectPage } from '../../../lambda/metadata/connect-page.ts';

const template = {
  html: '<h1>{{name}}</h1>{{#clientId}}<p>{{clientId}} at {{mcpUrl}}</p>{{/clientId}}<a href="{{cursorLink}}">{{issuerHost}}</a><a href="{{vscodeLink}}">{{nothing}}</a>',
  styleHash: "'sha256-style'",
  scriptHash: "'sha256-script'",
};

function fill(options: Partial<ConnectPageOptions>) {
  return toConnectPage(template, {
    url: 'https://mcp.example.com/mcp',
    issuer: 'https://door.example.com',
    name: 'Files',
    documentationUrl: 'https://docs.example.com/files',
    clientId: undefined,
    ...options,
  });
}

describe('the connect page of a deployment', () => {
  it('may load nothing and speak to this server and the issuer alone', () => {
    const { statusCode, headers } = fill({ issuer: 'https://id.example.com/realms/files' });
    expect(statusCode).toBe(200);
    expect(headers).toEqual({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'public, max-age=300',
      'content-security-policy':
        "default-src 'none'; style-src 'sha256-style'; script-src 'sha256-script'; connect-src 'self' https://id.example.com; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
  });

  it('says what is the deployment’s own, as text', () => {
    const { body } = fill({ name: `<b>"Zoë's" & co</b>` });
    expect(body).toContain('<h1>&#60;b&#62;&#34;Zoë&#39;s&#34; &#38; co&#60;/b&#62;</h1>');
    expect(body).toContain('>door.example.com</a>');
    expect(body).not.toContain('{{');
    expect(body).not.toContain('<p>');
  });

  it('names the client id where people type one, as the link to Cursor does', () => {
    const { body } = fill({ clientId: 'the-client' });
    expect(body).toContain('<p>the-client at https://mcp.example.com/mcp</p>');
    const [, cursor = ''] = /config=([^"]+)/.exec(body) ?? [];
    expect(JSON.parse(atob(decodeURIComponent(cursor)))).toEqual({
      url: 'https://mcp.example.com/mcp',
      auth: { CLIENT_ID: 'the-client' },
    });
    const [, code = ''] = /vscode:mcp\/install\?([^"]+)/.exec(body) ?? [];
    expect(JSON.parse(decodeURIComponent(code))).toEqual({
      name: 'files',
      type: 'http',
      url: 'https://mcp.example.com/mcp',
    });
  });
});
