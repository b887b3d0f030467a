import { createBrowser } from './browser.ts';
import { password as everybodysPassword } from './users.ts';

/** What the person at the browser types and presses. */
export interface SignInOptions {
  /** @default alice */
  readonly user?: string;
  /** @default the password of all users */
  readonly password?: string;
  /** Whether they allow what the client asks for. @default true */
  readonly allow?: boolean;
  /** Scopes that they leave unticked even so. @default none */
  readonly refuse?: readonly string[];
}

const mostSteps = 12;

/**
 * Plays the browser at the stand-in for Casdoor: opens the authorization URL, signs in, answers the consent
 * page, and returns the address of the client it is sent to, with `code` or `error`, without opening it.
 * Throws when a page says that something is wrong.
 */
export async function signIn(authorizationUrl: string | URL, options: SignInOptions = {}): Promise<URL> {
  const browser = createBrowser();
  let url = new URL(authorizationUrl);
  const { origin } = url;
  let form: URLSearchParams | undefined;
  for (let step = 0; step < mostSteps; step++) {
    const response = await browser.open(url, form);
    const location = response.headers.get('location');
    url = new URL(location ?? url, url);
    if (url.origin !== origin) return url;
    form = location === null ? fillIn(await response.text(), options) : undefined;
  }
  throw new Error(`sign-in at ${origin} did not end after ${mostSteps} pages`);
}

/** Fills in the form of a page according to its fields. */
function fillIn(page: string, options: SignInOptions): URLSearchParams {
  const { user = 'alice', password = everybodysPassword, allow = true, refuse = [] } = options;
  const [, mistake] = /role="alert">([^<]*)/.exec(page) ?? [];
  if (mistake !== undefined) throw new Error(`sign-in as "${user}" failed: ${unescapeHtml(mistake)}`);
  return page.includes('name="password"')
    ? new URLSearchParams({ user, password })
    : new URLSearchParams([['decision', allow ? 'allow' : 'deny'], ...readTicks(page, refuse)]);
}

/** The boxes that are ticked when the page opens, except those that the person refuses. */
function readTicks(page: string, refuse: readonly string[]): [string, string][] {
  const ticked = [...page.matchAll(/name="scope" value="([^"]*)" checked/g)].map(([, scope = '']) =>
    unescapeHtml(scope),
  );
  return ticked.filter((scope) => !refuse.includes(scope)).map((scope) => ['scope', scope]);
}

function unescapeHtml(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
}
