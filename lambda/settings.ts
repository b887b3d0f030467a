/** The variables of the metadata function. Their names are spelled only here; the stack in `lib/` writes this type. */
export interface MetadataEnvironment {
  /** This server's public URL, exactly as clients type it: `https://host/mcp`. */
  readonly RESOURCE_URL: string;
  /** The authorization server's issuer, equal to the `iss` claim: for Casdoor its bare origin. */
  readonly ISSUER: string;
  /** The name people see when a client asks them to sign in. */
  readonly RESOURCE_NAME: string;
  /** A page for people about this server. */
  readonly DOCUMENTATION_URL: string;
  /** What the authorization server puts before the name of each scope. */
  readonly SCOPE_PREFIX?: string;
  /** Where people sign in. It turns the registration bridge on, and the other variables below go with it. */
  readonly AUTHORIZATION_ENDPOINT?: string;
  readonly TOKEN_ENDPOINT?: string;
  readonly JWKS_URL?: string;
  readonly TOKEN_ALGORITHMS?: string;
  /** The client id that every client gets from the bridge, or that people type into their clients. */
  readonly PUBLIC_CLIENT_ID?: string;
  /** Redirect URIs, or whole origins, that clients may use besides those of loopback; may be absent. */
  readonly ALLOWED_REDIRECT_URIS?: string;
}

/** The variables of the MCP function. Lists are separated by spaces; an absent list is empty. */
export interface McpEnvironment {
  readonly RESOURCE_URL: string;
  readonly ISSUER: string;
  /** Where the issuer's public keys are. */
  readonly JWKS_URL: string;
  /** How long the last good keys serve while the issuer cannot be reached, in hours. */
  readonly KEY_SET_MAX_AGE_HOURS: string;
  /** How long a verified principal is kept, in seconds; absent if none is kept. */
  readonly PRINCIPAL_CACHE_SECONDS?: string;
  /** The audience of the tokens, if it is not this server's URL. */
  readonly TOKEN_AUDIENCE?: string;
  /** What the authorization server wants before the name of each scope. */
  readonly SCOPE_PREFIX?: string;
  /** How the issuer writes its tokens: `casdoor`, or `rfc9068` for other authorization servers. */
  readonly TOKEN_PROFILE: TokenProfileName;
  /** The Casdoor application that the key set at `JWKS_URL` belongs to. Such a set has exactly one key. */
  readonly CASDOOR_APPLICATION?: string;
  /**
   * The claim that names the client, if `TOKEN_PROFILE` is `rfc9068` and the authorization server is not a known one.
   */
  readonly CLIENT_CLAIM?: string;
  /** The mark that such a server puts only into the tokens of users. */
  readonly USER_MARK?: string;
  /** The claim that names the organization, if `TOKEN_PROFILE` is `rfc9068`. */
  readonly ORGANIZATION_CLAIM?: string;
  /** `accepted` if tokens that are bound to a key count as bearer tokens. If absent, they are refused. */
  readonly BOUND_TOKENS?: 'accepted';
  /** JWS algorithms that are accepted. */
  readonly TOKEN_ALGORITHMS: string;
  /** The scopes a client is told to ask for when it first signs in. */
  readonly INITIAL_SCOPES: string;
  /** Which tools a caller sees: `all`, or those that the token has `permitted`. */
  readonly TOOL_VISIBILITY: ToolVisibilityName;
  /** The bucket of the files. */
  readonly FILES_BUCKET: string;
  /** What every key begins with; ends with a slash. */
  readonly FILES_PREFIX: string;
  /** Whose files a caller sees: everybody's (`shared`), those of the `organization`, or the `user`'s own. */
  readonly FILE_ROOTS: FileRootsName;
  /** Whether tools may delete: `on` or `off`. */
  readonly DELETION: DeletionName;
  /** Set if the tools of the names `search` and `fetch` are offered, which ChatGPT looks for. */
  readonly CHATGPT_TOOLS?: 'on';
  /** The most content that one call of `write_file` or `append_file` takes, in bytes. */
  readonly MAX_WRITE_BYTES: string;
  /** The name of the deployment. It tells its metrics apart from those of others. */
  readonly SERVICE_NAME: string;
  /** Whether the log shows paths: `on`, or `off` for only their hashes. */
  readonly LOG_PATHS: LogPathsName;
  /** Whether a file records who wrote it: `on` or `off`. */
  readonly WRITER_METADATA: WriterMetadataName;
  /** Set if browsers that open the MCP URL are sent to the connect page. */
  readonly CONNECT_PAGE?: 'on';
  /** Origins of the web clients that may call (`https://host`); loopback origins always may. */
  readonly ALLOWED_ORIGINS?: string;
  readonly ALLOWED_CLIENT_IDS?: string;
  readonly ALLOWED_ORGANIZATIONS?: string;
  /** Clients whose own tokens are accepted: no user, audience = the client id. */
  readonly MACHINE_CLIENT_IDS?: string;
  /** The ARN of the role that reaches each caller's files. Each session is limited to that caller's root. */
  readonly TENANT_ROLE_ARN?: string;
  /** The table that counts what each caller uses. It needs at least one of the two limits. */
  readonly QUOTA_TABLE?: string;
  readonly CALLS_PER_MINUTE?: string;
  readonly BYTES_PER_DAY?: string;
}

const tokenProfiles = ['casdoor', 'rfc9068'] as const;
const toolVisibility = ['all', 'permitted'] as const;

const fileRoots = ['shared', 'organization', 'user'] as const;
const deletion = ['on', 'off'] as const;
const logPaths = ['on', 'off'] as const;
const writerMetadata = ['on', 'off'] as const;

/** A value of `FILE_ROOTS`. */
export type FileRootsName = (typeof fileRoots)[number];

/** A value of `DELETION`. */
export type DeletionName = (typeof deletion)[number];

/** A value of `WRITER_METADATA`. */
export type WriterMetadataName = (typeof writerMetadata)[number];

/** A value of `LOG_PATHS`. */
export type LogPathsName = (typeof logPaths)[number];

/** A value of `TOKEN_PROFILE`. */
export type TokenProfileName = (typeof tokenProfiles)[number];

/** A value of `TOOL_VISIBILITY`. */
export type ToolVisibilityName = (typeof toolVisibility)[number];

/** `process.env`, read only by a composition root. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** What the metadata function runs with. */
export type MetadataSettings = ReturnType<typeof readMetadataSettings>;

/** What the MCP function runs with. */
export type McpSettings = ReturnType<typeof readMcpSettings>;

/** Reads the metadata function's variables. Throws one error that names every variable that is missing or wrong. */
export function readMetadataSettings(variables: Variables) {
  const read = createReader<MetadataEnvironment>(variables);
  return read.complete({
    url: read.url('RESOURCE_URL'),
    issuer: read.url('ISSUER'),
    name: read.text('RESOURCE_NAME'),
    documentationUrl: read.url('DOCUMENTATION_URL'),
    scopePrefix: variables.SCOPE_PREFIX ?? '',
    bridge: readBridge(read, variables),
    clientId: variables.AUTHORIZATION_ENDPOINT === undefined ? variables.PUBLIC_CLIENT_ID : undefined,
  });
}

/** What the registration bridge hands out; undefined where it is off. */
function readBridge(read: Reader<MetadataEnvironment>, { RESOURCE_URL = '' }: Variables) {
  const authorizationEndpoint = read.optional('AUTHORIZATION_ENDPOINT', read.url);
  if (authorizationEndpoint === undefined) return undefined;
  return {
    origin: URL.parse(RESOURCE_URL)?.origin ?? '',
    authorizationEndpoint,
    tokenEndpoint: read.url('TOKEN_ENDPOINT'),
    jwksUrl: read.url('JWKS_URL'),
    tokenAlgorithms: toList(read.text('TOKEN_ALGORITHMS')),
    clientId: read.text('PUBLIC_CLIENT_ID'),
    allowedRedirectUris: read.list('ALLOWED_REDIRECT_URIS'),
  };
}

/** Reads the MCP function's variables. Throws one error that names every variable that is missing or wrong. */
export function readMcpSettings(variables: Variables) {
  const read = createReader<McpEnvironment>(variables);
  return read.complete({
    resource: read.url('RESOURCE_URL'),
    issuer: read.url('ISSUER'),
    jwksUrl: read.url('JWKS_URL'),
    keySetMaxAgeHours: read.count('KEY_SET_MAX_AGE_HOURS'),
    principalCacheSeconds: read.optional('PRINCIPAL_CACHE_SECONDS', read.count) ?? 0,
    audience: read.optional('TOKEN_AUDIENCE', read.text) ?? variables.RESOURCE_URL ?? '',
    scopePrefix: variables.SCOPE_PREFIX ?? '',
    tokenProfile: read.choice('TOKEN_PROFILE', tokenProfiles),
    casdoorApplication: read.optional('CASDOOR_APPLICATION', read.text),
    clientClaim: read.optional('CLIENT_CLAIM', read.text),
    userMark: read.optional('USER_MARK', read.text),
    organizationClaim: read.optional('ORGANIZATION_CLAIM', read.text),
    acceptBoundTokens:
      read.optional('BOUND_TOKENS', (name) => read.choice(name, ['accepted'])) === 'accepted',
    tokenAlgorithms: toList(read.text('TOKEN_ALGORITHMS')),
    initialScopes: toList(read.text('INITIAL_SCOPES')),
    toolVisibility: read.choice('TOOL_VISIBILITY', toolVisibility),
    filesBucket: read.text('FILES_BUCKET'),
    filesPrefix: read.text('FILES_PREFIX'),
    fileRoots: read.choice('FILE_ROOTS', fileRoots),
    deletion: read.choice('DELETION', deletion) === 'on',
    chatgptTools: variables.CHATGPT_TOOLS === 'on',
    limits: { maxWriteBytes: read.count('MAX_WRITE_BYTES') },
    allowedOrigins: read.list('ALLOWED_ORIGINS'),
    allowedClientIds: read.list('ALLOWED_CLIENT_IDS'),
    allowedOrganizations: read.list('ALLOWED_ORGANIZATIONS'),
    machineClientIds: read.list('MACHINE_CLIENT_IDS'),
    serviceName: read.text('SERVICE_NAME'),
    logPaths: read.choice('LOG_PATHS', logPaths) === 'on',
    writerMetadata: read.choice('WRITER_METADATA', writerMetadata) === 'on',
    connectPage: variables.CONNECT_PAGE === 'on',
    tenantRoleArn: read.optional('TENANT_ROLE_ARN', read.text),
    quota: readQuota(read),
  });
}

/** What each caller may use; undefined when nothing is limited. */
function readQuota(read: Reader<McpEnvironment>) {
  const table = read.optional('QUOTA_TABLE', read.text);
  const callsPerMinute = read.optional('CALLS_PER_MINUTE', read.count);
  const bytesPerDay = read.optional('BYTES_PER_DAY', read.count);
  const isLimited = callsPerMinute !== undefined || bytesPerDay !== undefined;
  if (isLimited !== (table !== undefined)) {
    read.mistake('set QUOTA_TABLE together with CALLS_PER_MINUTE or BYTES_PER_DAY, or none of them');
  }
  return table === undefined ? undefined : { table, callsPerMinute, bytesPerDay };
}

type Reader<Environment> = ReturnType<typeof createReader<Environment>>;

/** Collects every mistake, so that the operator sees them all at once. */
function createReader<Environment>(variables: Variables) {
  type Name = keyof Environment & string;
  const mistakes: string[] = [];

  function text(name: Name): string {
    const value = variables[name] ?? '';
    if (value === '') mistakes.push(`set ${name}, it is missing`);
    return value;
  }

  function url(name: Name): string {
    const value = text(name);
    if (value !== '' && !URL.canParse(value)) mistakes.push(`set ${name} to a URL, got "${value}"`);
    return value;
  }

  function choice<Choice extends string>(name: Name, choices: readonly [Choice, ...Choice[]]): Choice {
    const value = choices.find((item) => item === variables[name]);
    if (value === undefined)
      mistakes.push(`set ${name} to ${choices.join(' or ')}, got "${variables[name] ?? ''}"`);
    return value ?? choices[0];
  }

  function count(name: Name): number {
    const value = Number(variables[name]);
    if (!Number.isInteger(value) || value < 1)
      mistakes.push(`set ${name} to a number, got "${variables[name] ?? ''}"`);
    return value;
  }

  return {
    text,
    url,
    choice,
    count,
    optional: <Value>(name: Name, read: (name: Name) => Value): Value | undefined =>
      variables[name] === undefined ? undefined : read(name),
    mistake: (sentence: string) => void mistakes.push(sentence),
    list: (name: Name) => toList(variables[name] ?? ''),
    complete<Settings>(settings: Settings): Settings {
      if (mistakes.length > 0)
        throw new Error(`the environment of the function is wrong: ${mistakes.join('; ')}`);
      return settings;
    },
  };
}

function toList(text: string): readonly string[] {
  return text.split(' ').filter((item) => item !== '');
}
