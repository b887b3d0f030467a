import { resolve } from 'node:path';
import * as z from 'zod';
import { isSecureOrigin } from '../lib/secure-url.ts';
import { InvalidSettings } from '../lib/settings.ts';

const port = (byDefault: number) =>
  z
    .string()
    .regex(/^\d{1,5}$/)
    .default(String(byDefault))
    .transform(Number)
    .pipe(z.number().min(1).max(65_535))
    .describe('a port number from 1 to 65535');

const names = z
  .string()
  .regex(/^[\x20-\x7e]+$/)
  .optional();

/** The variables of `npm start` with their rules; the description says what a right value looks like. */
const schema = z.object({
  MCP_PORT: port(3000),
  AUTH_PORT: port(8000),
  S3_PORT: port(4568),
  LOCAL_DATA_DIR: z.string().min(1).default('.local').describe('a directory'),
  CASDOOR_URL: z
    .string()
    .refine(isSecureOrigin)
    .optional()
    .describe('the https origin of a Casdoor without a slash at the end, such as https://door.example.com'),
  CASDOOR_APPLICATION: z
    .string()
    .regex(/^\w[\w.-]*$/)
    .optional()
    .describe('the name of the Casdoor application'),
  CLIENT_REGISTRATION: z
    .enum(['none', 'bridge'])
    .default('none')
    .describe('none, or bridge to try the registration bridge'),
  PUBLIC_CLIENT_ID: z
    .string()
    .regex(/^[\x21-\x7e]+$/)
    .optional()
    .describe('the client id of the public client at CASDOOR_URL'),
  CHATGPT_TOOLS: z.enum(['0', '1']).default('0').describe('1 to add the tools search and fetch, or 0'),
  ALLOWED_CLIENT_IDS: names.describe('client ids separated by commas'),
  ALLOWED_ORGANIZATIONS: names.describe('organizations separated by commas'),
  MACHINE_CLIENT_IDS: names.describe('client ids separated by commas'),
  MCP_GATEWAY_RENAMES: z
    .enum(['0', '1'])
    .default('0')
    .describe('1 to rename WWW-Authenticate as REST APIs do, or 0'),
  S3_ENDPOINT: z.url().optional().describe('the URL of an S3 server, such as http://127.0.0.1:9000'),
  AWS_ACCESS_KEY_ID: z.string().min(1).default('local').describe('the access key of S3_ENDPOINT'),
  AWS_SECRET_ACCESS_KEY: z.string().min(1).default('local-secret').describe('the secret key of S3_ENDPOINT'),
});

/** How the local stack runs. */
export interface LocalSettings {
  readonly mcpPort: number;
  readonly authPort: number;
  readonly s3Port: number;
  /** Where files, keys and registered clients are kept. */
  readonly directory: string;
  /** A real Casdoor in place of the local authorization server. */
  readonly casdoorUrl: string | undefined;
  readonly casdoorApplication: string | undefined;
  /** Whether clients that register themselves get the public client id. */
  readonly clientRegistration: 'none' | 'bridge';
  /** The public client that is registered at Casdoor; the local authorization server has one of its own. */
  readonly publicClientId: string | undefined;
  /** Whether there are the tools `search` and `fetch`. */
  readonly chatgptTools: boolean;
  /** The lists of who may call, by the names of the settings that a deployment has for them; those that are given. */
  readonly allowLists: Readonly<Record<string, string>>;
  /** Whether the gateway renames the challenge as REST APIs do. */
  readonly gatewayRenames: boolean;
  /** An S3 server in place of the local one. */
  readonly s3Endpoint: string | undefined;
  /** What the functions sign their S3 requests with. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Reads the variables. Throws `InvalidSettings`, which lists every mistake with the value given and what to set. */
export function readLocalSettings(variables: Readonly<Record<string, string | undefined>>): LocalSettings {
  const result = schema.safeParse(variables);
  if (!result.success) {
    throw new InvalidSettings(result.error.issues.map((issue) => toMistake(issue, variables)).join('\n'));
  }
  const read = result.data;
  const { MCP_PORT, AUTH_PORT, S3_PORT } = read;
  if (new Set([MCP_PORT, AUTH_PORT, S3_PORT]).size < 3) {
    throw new InvalidSettings(
      `set MCP_PORT, AUTH_PORT and S3_PORT to three ports, got ${MCP_PORT}, ${AUTH_PORT} and ${S3_PORT}`,
    );
  }
  if (read.CLIENT_REGISTRATION === 'bridge' && read.CASDOOR_URL && !read.PUBLIC_CLIENT_ID)
    throw new InvalidSettings(`set PUBLIC_CLIENT_ID to ${schema.shape.PUBLIC_CLIENT_ID.description}`);
  // A developer's own AWS keys are never shown to a server that needs none.
  const credentials =
    read.S3_ENDPOINT === undefined
      ? { accessKeyId: 'local', secretAccessKey: 'local-secret' }
      : { accessKeyId: read.AWS_ACCESS_KEY_ID, secretAccessKey: read.AWS_SECRET_ACCESS_KEY };
  return {
    mcpPort: read.MCP_PORT,
    authPort: read.AUTH_PORT,
    s3Port: read.S3_PORT,
    directory: resolve(read.LOCAL_DATA_DIR),
    casdoorUrl: read.CASDOOR_URL,
    casdoorApplication: read.CASDOOR_APPLICATION,
    clientRegistration: read.CLIENT_REGISTRATION,
    publicClientId: read.PUBLIC_CLIENT_ID,
    chatgptTools: read.CHATGPT_TOOLS === '1',
    allowLists: {
      ...(read.ALLOWED_CLIENT_IDS !== undefined && { allowedClientIds: read.ALLOWED_CLIENT_IDS }),
      ...(read.ALLOWED_ORGANIZATIONS !== undefined && { allowedOrganizations: read.ALLOWED_ORGANIZATIONS }),
      ...(read.MACHINE_CLIENT_IDS !== undefined && { machineClientIds: read.MACHINE_CLIENT_IDS }),
    },
    gatewayRenames: read.MCP_GATEWAY_RENAMES === '1',
    s3Endpoint: read.S3_ENDPOINT,
    credentials,
  };
}

function toMistake(issue: z.core.$ZodIssue, variables: Readonly<Record<string, string | undefined>>): string {
  const name = issue.path[0] as keyof typeof schema.shape;
  return `set ${name} to ${schema.shape[name].description}, got "${variables[name]}"`;
}
