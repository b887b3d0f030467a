import { createHash } from 'node:crypto';
import { password, type User, users } from './users.ts';

/** Markup that is safe to put into a page as it is. */
interface Html {
  readonly markup: string;
}

type Part = Html | readonly Html[] | string | undefined;

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 26rem; margin: 12vh auto 2rem; padding: 0 1.5rem }
h1 { font-size: 1.4rem; margin: 0 }
header p, small { opacity: .7 }
label { display: block; margin: 1rem 0 0 }
input, button { font: inherit; padding: .5rem .8rem; border: 1px solid #8888; border-radius: .4rem }
input { width: 100%; box-sizing: border-box }
button { margin: 1.5rem .5rem 0 0; cursor: pointer }
button.first { background: #2457d6; border-color: #2457d6; color: #fff }
dt { opacity: .7; margin-top: .8rem }
dd { margin: 0; overflow-wrap: anywhere }
[role=alert], [role=note] { padding: .6rem .8rem; border-left: 4px solid #c2410c; background: #c2410c22 }
`;

const styleHash = createHash('sha256').update(style).digest('base64');

/** The headers of every page: no scripts, no frames, nothing loaded, nothing kept. */
export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  // No form-action: browsers apply it to the redirect to the client too, whose address is not ours to know.
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Asks for a user and a password; posts `user` and `password` to its own address. */
export function signInPage(client: string, mistake?: string): string {
  return page(
    'Sign in',
    html`
      ${alert(mistake)}
      <p><b>${client}</b> wants to connect.</p>
      <form method="post">
        <label>User <input name="user" value="${users[0]?.name}" autofocus required></label>
        <label>Password <input name="password" type="password" value="${password}" required></label>
        <button class="first">Sign in</button>
      </form>
      <p><small>Users: ${users.map(({ name }) => name).join(', ')}. Their password is “${password}”.</small></p>`,
  );
}

/** What the user is asked to allow. */
export interface ConsentRequest {
  readonly client: string;
  readonly user: User;
  readonly scopes: readonly string[];
  /** Whom the token is for; absent when the client named no resource. */
  readonly resource: string | undefined;
  /** The only resource of the local stack: a token for anything else is refused there. */
  readonly localResource: string;
}

/** Asks whether the client may act for the user; posts `decision`, `allow` or `deny`, to its own address. */
export function consentPage({ client, user, scopes, resource, localResource }: ConsentRequest): string {
  return page(
    'Allow access',
    html`
      <p><b>${client}</b> asks to act for <b>${user.displayName}</b> (${user.organization}/${user.name}).</p>
      <dl>
        <dt>It may</dt>
        ${scopes.map((scope) => html`<dd><code>${scope}</code></dd>`)}
        <dt>At</dt>
        <dd>${resource ?? 'no resource: the token is for the client itself'}</dd>
      </dl>
      ${resource === localResource ? undefined : refusalNote(localResource)}
      <form method="post">
        <button class="first" name="decision" value="allow">Allow</button>
        <button name="decision" value="deny">Deny</button>
      </form>`,
  );
}

/** Says why a request cannot go on. */
export function errorPage(error: string, description = ''): string {
  return page('This did not work', alert(`${error}: ${description}`));
}

function page(title: string, content: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>${{ markup: style }}</style>
</head>
<body>
<header><h1>${title}</h1><p>Local stand-in for Casdoor. Made for one machine: users and password are public.</p></header>
<main>${content}</main>
</body>
</html>`.markup;
}

function alert(message: string | undefined): Html {
  return message === undefined ? html`` : html`<p role="alert">${message}</p>`;
}

function refusalNote(resource: string): Html {
  return html`<p role="note">${resource} will refuse this token: ask with resource=${resource}</p>`;
}

/** A template whose values are escaped unless they are markup already. */
function html(texts: TemplateStringsArray, ...parts: Part[]): Html {
  return { markup: texts.reduce((markup, text, index) => markup + toMarkup(parts[index - 1]) + text) };
}

function toMarkup(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'string')
    return part.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  return 'markup' in part ? part.markup : part.map(toMarkup).join('');
}
