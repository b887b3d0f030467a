/** The connect page as it is made when the functions are bundled. */
export interface PageTemplate {
  /** With `{{name}}` for a value, and `{{#name}}…{{/name}}` around what is shown only if there is a value. */
  readonly html: string;
  /** What the Content-Security-Policy allows, each as one of its sources. */
  readonly styleHash: string;
  readonly scriptHash: string;
}

/** What a connect page shows about its deployment. */
export interface ConnectPageOptions {
  /** The MCP URL. */
  readonly url: string;
  /** The issuer of the tokens. */
  readonly issuer: string;
  readonly name: string;
  readonly documentationUrl: string;
  /** The client id that people type; undefined where clients get one without that. */
  readonly clientId: string | undefined;
}

/** How long browsers may keep the page, in seconds. */
const maxAge = 300;

/** Fills in the connect page. Its headers let it load nothing, and connect only to this server and the issuer. */
export function toConnectPage({ html, styleHash, scriptHash }: PageTemplate, options: ConnectPageOptions) {
  const issuer = new URL(options.issuer);
  const policy = [
    "default-src 'none'",
    `style-src ${styleHash}`,
    `script-src ${scriptHash}`,
    `connect-src 'self' ${issuer.origin}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    statusCode: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': `public, max-age=${maxAge}`,
      'content-security-policy': policy.join('; '),
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
    body: fill(html, toValues(options, issuer.host)),
  };
}

type Values = Readonly<Record<string, string | undefined>>;

function toValues(
  { url, issuer, name, documentationUrl, clientId }: ConnectPageOptions,
  issuerHost: string,
): Values {
  const auth = clientId === undefined ? {} : { auth: { CLIENT_ID: clientId } };
  const cursor = Buffer.from(JSON.stringify({ url, ...auth })).toString('base64');
  const vscode = JSON.stringify({ name: 'files', type: 'http', url });
  return {
    mcpUrl: url,
    issuer,
    issuerHost,
    name,
    documentationUrl,
    clientId,
    cursorLink: `cursor://anysphere.cursor-deeplink/mcp/install?name=files&config=${encodeURIComponent(cursor)}`,
    vscodeLink: `vscode:mcp/install?${encodeURIComponent(vscode)}`,
  };
}

function fill(html: string, values: Values): string {
  return html
    .replace(/\{\{#(\w+)\}\}(.*?)\{\{\/\1\}\}/gs, (_, name, content) =>
      values[name] === undefined ? '' : content,
    )
    .replace(/\{\{(\w+)\}\}/g, (_, name) => escapeHtml(values[name] ?? ''));
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
