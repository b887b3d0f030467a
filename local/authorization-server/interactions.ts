import type { IncomingMessage } from 'node:http';
import type Provider from 'oidc-provider';
import { errors, type InteractionResults } from 'oidc-provider';
import { noResource } from './casdoor-tokens.ts';
import { consentPage, errorPage, pageHeaders, signInPage } from './pages.ts';
import { findUserByName, getUser, password, type User } from './users.ts';

type Middleware = Parameters<Provider['use']>[0];
type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;
/** The page to show, or what the person decided. */
type Step = string | InteractionResults;

const mostFormBytes = 4096;

/** Serves the pages between an authorization request and its answer: sign-in, then consent. */
export function createInteractions(provider: Provider, localResource: string): Middleware {
  return async (ctx, next) => {
    if (!ctx.path.startsWith('/interaction/')) return next();
    ctx.set(pageHeaders);
    const interaction = await provider.interactionDetails(ctx.req, ctx.res).catch(ignoreEndedSession);
    if (!interaction) {
      ctx.status = 400;
      ctx.body = errorPage('this sign-in is over', 'go back to the application and connect again');
      return;
    }
    const form = ctx.method === 'POST' ? await readForm(ctx.req) : undefined;
    const step =
      interaction.prompt.name === 'login'
        ? await signIn(provider, interaction, form)
        : await consent(provider, interaction, form, localResource);
    if (typeof step === 'string') {
      ctx.body = step;
      return;
    }
    ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, step));
    ctx.status = 303;
  };
}

async function signIn(provider: Provider, { params }: Interaction, form?: URLSearchParams): Promise<Step> {
  const client = await readClientName(provider, params.client_id);
  if (!form) return signInPage(client);
  const user = findUserByName(form.get('user') ?? '');
  if (!user || form.get('password') !== password) return signInPage(client, 'wrong user or password');
  return { login: { accountId: user.id } };
}

async function consent(
  provider: Provider,
  interaction: Interaction,
  form: URLSearchParams | undefined,
  localResource: string,
): Promise<Step> {
  const { params, session } = interaction;
  const user = getUser(session?.accountId ?? '');
  const allowed = form?.get('decision') === 'allow' ? readAllowed(form, interaction, user) : [];
  if (allowed.length > 0) return { consent: { grantId: await saveGrant(provider, interaction, allowed) } };
  if (form) return { error: 'access_denied', error_description: explainDenial(form, params, user) };
  return consentPage({
    client: await readClientName(provider, params.client_id),
    user,
    scopes: readScopes(params),
    resource: params.resource === noResource ? undefined : String(params.resource),
    localResource,
  });
}

/** Says apart what the user did not want to allow, and what is not theirs to allow. */
function explainDenial(form: URLSearchParams, params: Interaction['params'], user: User): string {
  const asked = readScopes(params);
  const isWithheld = asked.every((scope) => user.withheldScopes.includes(scope));
  if (form.get('decision') !== 'allow' || !isWithheld) return `${user.name} did not allow it`;
  return `${user.name} may not grant ${asked.join(' ')}: ask for other scopes, or sign in as another user`;
}

function readScopes(params: Interaction['params']): readonly string[] {
  return String(params.scope ?? '').split(' ');
}

/** What was asked for, is ticked in the form, and is the user's to allow. */
function readAllowed(form: URLSearchParams, { params }: Interaction, user: User): readonly string[] {
  const ticked = form.getAll('scope');
  return readScopes(params).filter((scope) => ticked.includes(scope) && !user.withheldScopes.includes(scope));
}

/**
 * Grants what the user allows and refuses the rest, scope by scope; Casdoor knows only all or nothing. The grant is a
 * new one each time, because a scope that was refused once is refused by its grant for good.
 */
async function saveGrant(
  provider: Provider,
  { params, session }: Interaction,
  allowed: readonly string[],
): Promise<string> {
  const grant = new provider.Grant({ accountId: session?.accountId, clientId: String(params.client_id) });
  const refused = readScopes(params).filter((scope) => !allowed.includes(scope));
  grant.addOIDCScope(allowed.join(' '));
  grant.rejectOIDCScope(refused.join(' '));
  for (const resource of [params.resource].flat()) {
    grant.addResourceScope(String(resource), allowed.join(' '));
    grant.rejectResourceScope(String(resource), refused.join(' '));
  }
  return grant.save();
}

async function readClientName(provider: Provider, clientId: unknown): Promise<string> {
  const client = await provider.Client.find(String(clientId));
  return client?.clientName ?? String(clientId);
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > mostFormBytes) throw new errors.InvalidRequest('the form is too long', 413);
  }
  return new URLSearchParams(text);
}

function ignoreEndedSession(error: unknown): undefined {
  if (!(error instanceof errors.SessionNotFound)) throw error;
}
