import * as z from 'zod';
import type { FileRootsName, ListedToolsName, TokenProfileName } from '../lambda/settings.ts';
import { allScopes } from '../lambda/tools/scopes.ts';
import { isSecureOrigin, isSecureResource, isSecureUrl } from './secure-url.ts';

/**
 * Web clients that people connect, by the origin their pages run on. Clients that are programs (Claude Code,
 * Cursor, VS Code) send no origin, and pages on loopback (the MCP Inspector) are always admitted.
 */
const webClients = ['https://claude.ai', 'https://chatgpt.com', 'https://vscode.dev'];

/** Where people read about this server, unless the operator has a page of their own. */
const casdoorDocumentation = 'https://casdoor.org/docs/mcp-auth/third-party-integration';

/** What Casdoor can sign with and a verifier should accept; never HMAC, never none. */
const algorithms = ['RS256', 'RS512', 'ES256', 'ES384', 'ES512'];

const tokenProfiles: readonly TokenProfileName[] = ['casdoor', 'rfc9068'];
const listedTools: readonly ListedToolsName[] = ['all', 'permitted'];

const fileRoots: readonly FileRootsName[] = ['shared', 'organization', 'user'];

/** What fits into a request of 4 MiB after JSON escaping. */
const maxWriteBytes = 3 * 1024 ** 2;

const printable = z.string().regex(/^[\x21-\x7e]+$/);

/** Each setting with its rule and its default; the description says what a right value looks like. */
const schema = z.strictObject({
  casdoorUrl: z
    .string()
    .refine(isSecureOrigin)
    .optional()
    .describe('the https origin of Casdoor without a slash at the end, such as https://door.example.com'),
  casdoorApplication: z
    .string()
    .regex(/^[\w.-]+$/)
    .optional()
    .describe('the name of the Casdoor application, such as app-mcp'),
  tokenProfile: z
    .enum(tokenProfiles)
    .default('casdoor')
    .describe('casdoor, or rfc9068 for another authorization server'),
  issuer: z
    .string()
    .refine(isSecureUrl)
    .optional()
    .describe('the https URL that stands in the iss claim of the tokens'),
  jwksUrl: z.string().refine(isSecureUrl).optional().describe('the https URL of the issuer’s key set'),
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
  listedTools: z
    .enum(listedTools)
    .default('all')
    .describe('all, or permitted to hide the tools that a token may not call'),
  fileRoots: z
    .enum(fileRoots)
    .default('shared')
    .describe('shared, organization or user: whose files a caller sees'),
  deletion: z
    .preprocess((value) => (value === 'true' ? true : value === 'false' ? false : value), z.boolean())
    .default(true)
    .describe('true, or false to take away the tools that delete'),
  maxWriteBytes: z.coerce
    .number()
    .int()
    .min(1)
    .max(maxWriteBytes)
    .default(maxWriteBytes)
    .describe(`a number of bytes up to ${maxWriteBytes}`),
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

type Given = Readonly<Record<string, unknown>>;
type SettingName = keyof typeof schema.shape;

/** What a deployment is made from. It exists only if every setting is right and none contradicts another. */
export type DeploymentSettings = ReturnType<typeof readSettings>;

/**
 * Reads the settings from CDK context (`cdk.json` or `-c name=value`). Throws `InvalidSettings`, which lists every
 * mistake with the value given and what to set.
 */
export function readSettings(context: Given) {
  // The CDK keeps its own switches in the context, under names such as @aws-cdk/core:… and aws:cdk:….
  const given: Given = Object.fromEntries(Object.entries(context).filter(([name]) => !/[@:/]/.test(name)));
  const result = schema.safeParse(given);
  const issues = result.success ? [] : result.error.issues.flatMap((issue) => toMistakes(issue, given));
  const mistakes = [...new Set([...issues, ...findContradictions(given)])];
  if (!result.success || mistakes.length > 0) {
    throw new InvalidSettings(`the settings are wrong:\n${mistakes.map((line) => `  - ${line}`).join('\n')}`);
  }
  const { casdoorUrl = '', casdoorApplication, issuer, jwksUrl, ...settings } = result.data;
  return {
    ...settings,
    issuer: issuer ?? casdoorUrl,
    jwksUrl: jwksUrl ?? toCasdoorJwksUrl(casdoorUrl, casdoorApplication),
  };
}

/** An application's own key set holds its one key; the global set holds every certificate of the instance. */
function toCasdoorJwksUrl(casdoorUrl: string, application: string | undefined): string {
  return `${casdoorUrl}/.well-known/${application === undefined ? '' : `${application}/`}jwks`;
}

/** Every setting with what a right value looks like and its default, for people to read. */
export function describeSettings(): readonly { name: string; value: string; byDefault: unknown }[] {
  return Object.entries(schema.shape).map(([name, rule]) => ({
    name,
    value: rule.description ?? '',
    byDefault: rule.safeParse(undefined).data,
  }));
}

function toMistakes(issue: z.core.$ZodIssue, given: Given): readonly string[] {
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(schema.shape).join(', ');
    return issue.keys.map((name) => `remove ${name}, there is no such setting; the settings are ${known}`);
  }
  // Every other issue lies in a property of the schema.
  return [toMistake(issue.path[0] as SettingName, given)];
}

function toMistake(name: SettingName, given: Given): string {
  const value = given[name] === undefined ? 'nothing' : JSON.stringify(given[name]);
  return `set ${name} to ${schema.shape[name].description}, got ${value}`;
}

/** Where the keys come from is said either by Casdoor's origin or by the issuer's own URLs. */
function findContradictions(given: Given): readonly string[] {
  const isCasdoor = given.tokenProfile !== 'rfc9068';
  const needed: SettingName[] = isCasdoor ? ['casdoorUrl'] : ['issuer', 'jwksUrl'];
  const unfit: SettingName[] = isCasdoor
    ? ['issuer', 'jwksUrl']
    : ['casdoorUrl', 'casdoorApplication', 'allowedOrganizations'];
  const profile = isCasdoor ? 'casdoor' : 'rfc9068';
  return [
    ...needed.filter((name) => given[name] === undefined).map((name) => toMistake(name, given)),
    ...unfit
      .filter((name) => given[name] !== undefined)
      .map((name) => `remove ${name}, it does not go with tokenProfile ${profile}`),
  ];
}

/** A list in `cdk.json`, or one text separated by commas or spaces after `-c`. */
function list(item: z.ZodType<string>, byDefault: readonly string[] = []) {
  const split = (value: unknown) =>
    typeof value === 'string' ? value.split(/[\s,]+/).filter((part) => part !== '') : value;
  return z.preprocess(split, z.array(item).default([...byDefault]));
}
