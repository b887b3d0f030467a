import { createHash } from 'node:crypto';
import { scopes as scopeWords } from '../../lambda/tools/scopes.ts';
import { password, type User, users } from './users.ts';

/** Markup that is safe to put into a page as it is. */
interface Html {
  readonly markup: string;
}

type Part = Html | readonly Html[] | string | undefined;

/** The colours and shapes of the connect page (`lib/connect-page/style.css`), which people come from. */
const style = `
:root {
  color-scheme: light dark; font: 16px/1.55 system-ui, sans-serif;
  --text: light-dark(#1c2430, #e6eaf0); --quiet: light-dark(#4c5767, #a9b4c3); --ground: light-dark(#fff, #12161c);
  --raised: light-dark(#f3f5f8, #1d232c); --line: light-dark(#d3d9e2, #36404d);
  --accent: light-dark(#1f4fc4, #8fb4ff); --on-accent: light-dark(#fff, #0d1420); --bad: light-dark(#a4261d, #ff9d94);
}
* { box-sizing: border-box }
body { max-width: 27rem; margin: 8vh auto 2rem; padding: 0 1.25rem; color: var(--text); background: var(--ground) }
h1 { font-size: 1.5rem; line-height: 1.2; margin: 0 }
header p, small, .note { color: var(--quiet) }
.local { display: inline-block; padding: 0 .6rem; border: 1px solid var(--bad); border-radius: 1rem; color: var(--bad); font-weight: 600 }
fieldset { margin: 1rem 0; padding: 0; border: 0 }
legend { padding: 0; font-weight: 600 }
label { display: block; margin: .5rem 0 }
.choice { padding: .6rem .8rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--raised) }
.choice small { display: block; margin-left: 1.6rem }
input, button { font: inherit }
input[type=password], button { padding: .45rem .8rem; border: 1px solid var(--line); border-radius: .4rem; color: var(--text); background: var(--ground) }
input[type=password] { width: 100% }
button { margin: 1rem .5rem 0 0; border-color: var(--accent); color: var(--accent); cursor: pointer }
button.first { background: var(--accent); color: var(--on-accent) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
code { overflow-wrap: anywhere }
[role=alert], [role=note] { padding: .6rem .8rem; border-left: 4px solid var(--bad); background: var(--raised) }
`;

const styleHash = createHash('sha256').update(style).digest('base64');

/** The headers of every page: no scripts, no frames, nothing loaded, nothing kept. */
export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  // No form-action: browsers apply it to the redirect to the client too, and we do not know that address.
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
        <fieldset>
          <legend>Who are you?</legend>
          ${users.map(toChoice)}
        </fieldset>
        <label>Password <input name="password" type="password" value="${password}" autocomplete="off" required></label>
        <button class="first">Sign in</button>
      </form>
      <p><small>The password of all of them is “${password}”.</small></p>`,
  );
}

function toChoice(user: User, index: number): Html {
  const first = index === 0 ? { markup: ' checked autofocus' } : undefined;
  const rights =
    user.withheldScopes.length === 0 ? 'may do everything' : `may not: ${toWords(user.withheldScopes)}`;
  return html`
          <label class="choice"><input type="radio" name="user" value="${user.name}"${first} required>
            ${user.displayName}<small>${user.organization}/${user.name}, ${rights}</small></label>`;
}

/** Scopes in words; those of OpenID Connect stand beside those of the scope table. */
const words: Readonly<Record<string, string>> = {
  ...scopeWords,
  openid: 'Know who you are',
  profile: 'See your name',
  email: 'See your e-mail address',
  offline_access: 'Stay connected when you are away',
};

function toWords(names: readonly string[]): string {
  return names.map((name) => (words[name] ?? name).toLowerCase()).join(', ');
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
      <form method="post">
        <fieldset>
          <legend>It may</legend>
          ${scopes.map((scope) => toTick(scope, user))}
        </fieldset>
        <button class="first" name="decision" value="allow">Allow</button>
        <button name="decision" value="deny">Deny</button>
      </form>
      <p class="note">At <code>${resource ?? 'no resource: the token is for the client itself'}</code>. What you do not tick, it does not get.</p>
      ${resource === localResource ? undefined : refusalNote(localResource)}`,
  );
}

function toTick(scope: string, { displayName, withheldScopes }: User): Html {
  const isWithheld = withheldScopes.includes(scope);
  const state = { markup: isWithheld ? ' disabled' : ' checked' };
  const note = isWithheld ? `, which ${displayName} may not` : '';
  return html`
          <label class="choice"><input type="checkbox" name="scope" value="${scope}"${state}>
            ${words[scope] ?? scope}<small><code>${scope}</code>${note}</small></label>`;
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
<header><h1>${title}</h1><p><span class="local">Local only</span> Local stand-in for Casdoor. Made for one machine: users and password are public.</p></header>
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
