import * as z from 'zod';
import { allScopes } from '../lambda/tools/scopes.ts';

/**
 * Web clients that people connect, by the origin their pages run on. Clients that are programs (Claude Code,
 * Cursor, VS Code) send no origin, and pages on loopback (the MCP Inspector) are always admitted.
 */
const webClients = ['https://claude.ai', 'https://chatgpt.com', 'https://vscode.dev'];

/** Where people read about this server, unless the operator has a page of their own. */
const casdoorDocumentation = 'https://casdoor.org/docs/mcp-auth/third-party-integration';

/** What Casdoor can sign with and a verifier should accept; never HMAC, never none. */
const algorithms = ['RS256', 'RS512', 'ES256', 'ES384', 'ES512'];

const printable = z.string().regex(/^[\x21-\x7e]+$/);

/** Each setting with its rule and its default; the description says what a right value looks like. */
const schema = z.strictObject({
  casdoorUrl: z
    .string()
    .refine(isSecureOrigin)
    .describe('the https origin of Casdoor without a slash at the end, such as https://door.example.com'),
  casdoorApplication: z
    .string()
    .regex(/^[\w.-]+$/)
    .optional()
    .describe('the name of the Casdoor application, such as app-mcp'),
  publicUrl: z
    .string()
    .refine(isSecureResource)
    .optional()
    .describe('the https URL under which clients reach this server, ending in /mcp'),
  allowedClientIds: list(printable).describe('client ids separated by commas'),
  allowedOrganizations: list(printable).describe('Casdoor organizations separated by commas'),
  machineClientIds: list(printable).describe('client ids separated by commas'),
  allowedOrigins: list(z.string().refine(isSecureOrigin), webClients).describe(
    'https origins separated by commas, such as https://claude.ai',
  ),
  initialScopes: list(z.enum(allScopes), ['files:list', 'files:read']).describe(
    `scopes separated by commas, of ${allScopes.join(', ')}`,
  ),
  tokenAlgorithms: list(z.enum(algorithms), ['RS256']).describe(
    `algorithms separated by commas, of ${algorithms.join(', ')}`,
  ),
  resourceName: z
    .string()
    .min(1)
    .default('Casdoor MCP file server')
    .describe('the name that people see when they sign in'),
  documentationUrl: z
    .string()
    .refine(isSecureUrl)
    .default(casdoorDocumentation)
    .describe('the https URL of a page for people'),
});

/** Thrown for settings that are wrong; the message lists every mistake. */
export class InvalidSettings extends Error {}

/** What a deployment is made from. It exists only if every setting is right. */
export type DeploymentSettings = z.infer<typeof schema>;

type SettingName = keyof typeof schema.shape;

/**
 * Reads the settings from CDK context (`cdk.json` or `-c name=value`). Throws `InvalidSettings`, which lists every
 * mistake with the value given and what to set.
 */
export function readSettings(context: Readonly<Record<string, unknown>>): DeploymentSettings {
  // The CDK keeps its own switches in the context, under names such as @aws-cdk/core:… and aws:cdk:….
  const given = Object.fromEntries(Object.entries(context).filter(([name]) => !/[@:/]/.test(name)));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const mistakes = result.error.issues.flatMap((issue) => toMistakes(issue, given));
  throw new InvalidSettings(
    `the settings are wrong:\n${[...new Set(mistakes)].map((line) => `  - ${line}`).join('\n')}`,
  );
}

function toMistakes(issue: z.core.$ZodIssue, given: Readonly<Record<string, unknown>>): readonly string[] {
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(schema.shape).join(', ');
    return issue.keys.map((name) => `remove ${name}, there is no such setting; the settings are ${known}`);
  }
  // Every other issue lies in a property of the schema.
  const name = issue.path[0] as SettingName;
  const value = given[name] === undefined ? 'nothing' : JSON.stringify(given[name]);
  return [`set ${name} to ${schema.shape[name].description}, got ${value}`];
}

/** A list in `cdk.json`, or one text separated by commas or spaces after `-c`. */
function list(item: z.ZodType<string>, byDefault: readonly string[] = []) {
  const split = (value: unknown) =>
    typeof value === 'string' ? value.split(/[\s,]+/).filter((part) => part !== '') : value;
  return z.preprocess(split, z.array(item).default([...byDefault]));
}

/** Plain http protects nothing on the way, so only loopback may use it. */
function isSecureUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.hash !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}

function isLoopback(hostname: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

/** Written as the issuer is compared: no path, no slash, lower case. */
function isSecureOrigin(text: string): boolean {
  return isSecureUrl(text) && new URL(text).origin === text;
}

/** A resource identifier (RFC 8707 section 2) at the path of the API's route, without a query. */
function isSecureResource(text: string): boolean {
  return isSecureUrl(text) && `${new URL(text).origin}/mcp` === text;
}
