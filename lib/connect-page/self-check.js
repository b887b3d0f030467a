// Runs in the browser of whoever opens the connect page. Nothing here holds a value of the deployment, so that the
// hash in the Content-Security-Policy is the same everywhere.

const { mcpUrl } = document.documentElement.dataset;
const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'connect-page', version: '1' },
  },
};

for (const block of document.querySelectorAll('pre')) addCopyButton(block, block.textContent);
void runChecks();

function addCopyButton(block, text) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Copy';
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
    setTimeout(() => {
      button.textContent = 'Copy';
    }, 2000);
  });
  block.append(button);
}

async function runChecks() {
  if (new URL(mcpUrl).origin !== location.origin) {
    show('Address', 'fail', `open this page at ${new URL('/', mcpUrl)}, where clients connect`);
    return;
  }
  const metadata = await check('Metadata', async () => {
    const response = await fetch('/.well-known/oauth-protected-resource/mcp');
    demand(response.ok, `answers ${response.status}: route it to the metadata function`);
    const document = await response.json();
    demand(document.resource === mcpUrl, `is of ${document.resource}: set publicUrl or domainName`);
    return [document, `of ${mcpUrl}`];
  });
  const answer = await check('Challenge', async () => {
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    const response = await fetch('/mcp', { method: 'POST', headers, body: JSON.stringify(initialize) });
    demand(
      response.status === 401,
      `the server answers ${response.status} without a token, not 401: run npm run doctor`,
    );
    const challenge = response.headers.get('www-authenticate') ?? '';
    demand(
      challenge.includes('resource_metadata='),
      'WWW-Authenticate is missing: something on the way removes or renames it',
    );
    return [response, 'clients learn where to sign in'];
  });
  if (answer) {
    await check('Web clients (CORS)', async () => {
      const allowed = answer.headers.get('access-control-allow-origin');
      const exposed = answer.headers.get('access-control-expose-headers') ?? '';
      demand(allowed === '*', 'Access-Control-Allow-Origin is missing: something on the way removes it');
      demand(/www-authenticate/i.test(exposed), 'WWW-Authenticate is not exposed: deploy the stack again');
      return [true, 'pages of other origins can read the challenge'];
    });
  }
  if (metadata)
    await check('Authorization server', () => checkAuthorizationServer(metadata.authorization_servers?.[0]));
}

async function checkAuthorizationServer(issuer) {
  demand(issuer, 'the metadata names none');
  const url = `${issuer.replace(/\/$/, '')}/.well-known/oauth-authorization-server`;
  const response = await fetch(url).catch(() => undefined);
  if (!response?.ok) {
    // Most servers let no page read this. That there is an answer is all that can be seen then.
    await fetch(url, { mode: 'no-cors' }).catch(() => {
      throw new Error(`${issuer} does not answer: start it, or mend casdoorUrl`);
    });
    return [true, `${issuer} answers`];
  }
  const document = await response.json();
  demand(
    document.issuer === issuer,
    `calls itself ${document.issuer}, not ${issuer}: set origin in Casdoor’s app.conf`,
  );
  demand(
    document.code_challenge_methods_supported?.includes('S256'),
    'offers no PKCE with S256: clients refuse it',
  );
  return [true, `${issuer}, with PKCE`];
}

async function check(name, run) {
  try {
    const [value, found] = await run();
    show(name, 'ok', found);
    return value;
  } catch (error) {
    show(name, 'fail', error.message);
  }
}

/** Every check ends with the sentence that tells what to do. */
function demand(condition, remedy) {
  if (!condition) throw new Error(remedy);
}

function show(name, verdict, text) {
  const item = document.createElement('li');
  const mark = document.createElement('b');
  mark.textContent = verdict === 'ok' ? '✓' : '✗';
  mark.setAttribute('aria-hidden', 'true');
  item.className = verdict === 'ok' ? 'ok' : 'failed';
  item.append(mark, `${name}: ${verdict === 'ok' ? 'fine' : 'failed'}, ${text}`);
  document.getElementById('checks').append(item);
}
