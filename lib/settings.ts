import type * as z from 'zod';
import { findContradictions, type Given } from './settings/contradictions.ts';
import { findLongVariables } from './settings/function-variables.ts';
import { type DeploymentSettings, schema } from './settings/schema.ts';

/** Thrown for settings that are wrong; the message lists every mistake. */
export class InvalidSettings extends Error {}

/**
 * Reads the settings from CDK context (`cdk.json` or `-c name=value`). Throws `InvalidSettings`, which lists every
 * mistake with the value given and what to set.
 */
export function readSettings(context: Given): DeploymentSettings {
  const given: Given = Object.fromEntries(Object.entries(context).filter(([name]) => !isOfCdk(name)));
  const result = schema.safeParse(given);
  const { missing, conflicts } = findContradictions(given);
  const mistakes = new Set([
    ...(result.error?.issues ?? []).flatMap((issue) => toMistakes(issue, given)),
    ...missing.map((name) => toMistake(name, given)),
    ...conflicts,
  ]);
  if (!result.success || mistakes.size > 0) throw toInvalidSettings([...mistakes]);
  const { casdoorUrl = '', casdoorApplication, issuer, jwksUrl, ...others } = result.data;
  const settings = {
    ...others,
    ...(casdoorApplication !== undefined && { casdoorApplication }),
    issuer: issuer ?? casdoorUrl,
    jwksUrl: jwksUrl ?? toCasdoorJwksUrl(casdoorUrl, casdoorApplication),
    ...(others.clientRegistration === 'bridge' && toEndpoints(casdoorUrl, others)),
  };
  const long = findLongVariables(settings, result.data);
  if (long.length > 0) throw toInvalidSettings(long);
  return settings;
}

/** What `cdk cli-telemetry` and `cdk acknowledge` keep in `cdk.context.json`. */
const namesOfCdk: readonly string[] = ['cli-telemetry', 'acknowledged-issue-numbers'];

/** The CDK keeps its own in the context, most of it under names such as @aws-cdk/core:… and aws:cdk:…. */
function isOfCdk(name: string): boolean {
  return /[@:/]/.test(name) || namesOfCdk.includes(name);
}

function toInvalidSettings(mistakes: readonly string[]): InvalidSettings {
  return new InvalidSettings(`the settings are wrong:\n${mistakes.map((line) => `  - ${line}`).join('\n')}`);
}

/** An application's own key set holds its one key; the global set holds every certificate of the instance. */
function toCasdoorJwksUrl(casdoorUrl: string, application: string | undefined): string {
  return `${casdoorUrl}/.well-known/${application === undefined ? '' : `${application}/`}jwks`;
}

/** Where the bridge sends clients: Casdoor's own endpoints, which have had these paths since its first releases. */
function toEndpoints(
  casdoorUrl: string,
  { authorizationEndpoint, tokenEndpoint }: Partial<DeploymentSettings>,
) {
  return {
    authorizationEndpoint: authorizationEndpoint ?? `${casdoorUrl}/login/oauth/authorize`,
    tokenEndpoint: tokenEndpoint ?? `${casdoorUrl}/api/login/oauth/access_token`,
  };
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
  return [toMistake(String(issue.path[0]), given)];
}

function toMistake(name: string, given: Given): string {
  const value = given[name] === undefined ? 'nothing' : JSON.stringify(given[name]);
  const description = describeSettings().find((setting) => setting.name === name)?.value;
  return `set ${name} to ${description}, got ${value}`;
}
