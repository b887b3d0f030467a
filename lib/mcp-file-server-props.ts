import type { IDomainName } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { ServerCode } from './bundle.ts';
import type { DeploymentSettings } from './settings/schema.ts';

/** What an MCP file server is made from. Only the authorization server has to be named. */
export interface McpFileServerProps extends ServerSettings {
  /**
   * What `readSettings` made of the context of an app, in place of the settings one by one.
   *
   * @default - the settings that are given here
   */
  readonly settings?: DeploymentSettings;
  /**
   * The bundled functions, by `bundleFileServer`: with tools of your own, for instance.
   *
   * @default - what `bundleFunctions` has built
   */
  readonly code?: ServerCode;
  /**
   * The bucket of the files. Turn on its versioning, and block public access. Only keys below `files/` are used.
   *
   * @default - a versioned, private bucket of its own
   */
  readonly bucket?: IBucket;
  /**
   * The key that the bucket is encrypted with.
   *
   * @default - a key that S3 manages
   */
  readonly bucketKey?: IKey;
  /**
   * The domain of the API. You make its record, and its certificate.
   *
   * @default - the API's own endpoint
   */
  readonly domain?: IDomainName;
  /**
   * Whom alarms tell.
   *
   * @default - alarms change their state and tell nobody
   */
  readonly alarmTopic?: ITopic;
  /**
   * The name under which metrics, queries and the dashboard are found; of one deployment in an account and region.
   *
   * @default - the name of the stack
   */
  readonly serviceName?: string;
}

/** The settings of a server, each as `docs/settings.md` describes it. A wrong one throws `InvalidSettings`. */
export interface ServerSettings {
  /**
   * The https origin of Casdoor without a slash at the end.
   *
   * @default - none; `tokenProfile` rfc9068 takes `issuer` and `jwksUrl` in its place
   */
  readonly casdoorUrl?: string;
  /**
   * The name of the Casdoor application, whose keys alone are then trusted.
   *
   * @default - every certificate of the Casdoor is trusted
   */
  readonly casdoorApplication?: string;
  /**
   * How claims are read: `rfc9068` for another authorization server.
   *
   * @default casdoor
   */
  readonly tokenProfile?: 'casdoor' | 'rfc9068';
  /**
   * The https URL in the `iss` claim of the tokens.
   *
   * @default - that of the Casdoor
   */
  readonly issuer?: string;
  /**
   * The https URL of the issuer's key set.
   *
   * @default - that of the Casdoor
   */
  readonly jwksUrl?: string;
  /**
   * How many hours the last good keys serve while the issuer is down.
   *
   * @default 24
   */
  readonly keySetMaxAgeHours?: number;
  /**
   * How many seconds the caller of a verified token is remembered.
   *
   * @default 60
   */
  readonly principalCacheSeconds?: number;
  /**
   * What stands in the `aud` claim of the tokens.
   *
   * @default - the MCP URL
   */
  readonly audience?: string;
  /**
   * What the authorization server puts before the names of scopes.
   *
   * @default - nothing
   */
  readonly scopePrefix?: string;
  /**
   * The algorithms of signatures that are taken.
   *
   * @default ['RS256']
   */
  readonly tokenAlgorithms?: readonly string[];
  /**
   * The clients that may call, by their ids.
   *
   * @default - every client of the authorization server
   */
  readonly allowedClientIds?: readonly string[];
  /**
   * The organizations whose users may call.
   *
   * @default - every organization
   */
  readonly allowedOrganizations?: readonly string[];
  /**
   * The clients that may call without a user.
   *
   * @default - none
   */
  readonly machineClientIds?: readonly string[];
  /**
   * The claim that names the client.
   *
   * @default - by the authorization server, where it is known
   */
  readonly clientClaim?: string;
  /**
   * What the authorization server writes into the tokens of users alone.
   *
   * @default - by the authorization server, where it is known
   */
  readonly userMark?: string;
  /**
   * The claim that names the organization of a user.
   *
   * @default - none
   */
  readonly organizationClaim?: string;
  /**
   * Whether tokens that are bound to a key of their client are taken as bearer tokens.
   *
   * @default false
   */
  readonly acceptBoundTokens?: boolean;
  /**
   * Whether clients that register themselves are given the `publicClientId`.
   *
   * @default none
   */
  readonly clientRegistration?: 'none' | 'bridge';
  /**
   * The client id of the public client that people connect with.
   *
   * @default - people ask for it
   */
  readonly publicClientId?: string;
  /**
   * Where the bridge lets clients be called back, loopback aside.
   *
   * @default - the web clients that `docs/settings.md` lists
   */
  readonly allowedRedirectUris?: readonly string[];
  /**
   * The page where people sign in.
   *
   * @default - that of the Casdoor
   */
  readonly authorizationEndpoint?: string;
  /**
   * Where clients get tokens.
   *
   * @default - that of the Casdoor
   */
  readonly tokenEndpoint?: string;
  /**
   * The scopes that a client asks for at first.
   *
   * @default ['files:list', 'files:read']
   */
  readonly initialScopes?: readonly string[];
  /**
   * Whether tools that a token may not call are hidden from its bearer.
   *
   * @default all
   */
  readonly toolVisibility?: 'all' | 'permitted';
  /**
   * Whose files a caller sees.
   *
   * @default shared
   */
  readonly fileRoots?: 'shared' | 'organization' | 'user';
  /**
   * Whether IAM keeps callers apart too.
   *
   * @default code
   */
  readonly isolation?: 'code' | 'iam';
  /**
   * Whether there are tools that delete.
   *
   * @default true
   */
  readonly deletion?: boolean;
  /**
   * Whether there are the tools `search` and `fetch`, which ChatGPT's deep research and company knowledge need.
   *
   * @default false
   */
  readonly chatgptTools?: boolean;
  /**
   * The most content that one call writes, in bytes.
   *
   * @default 3145728
   */
  readonly maxWriteBytes?: number;
  /**
   * Tool calls a minute for each caller.
   *
   * @default - no limit
   */
  readonly callsPerMinute?: number;
  /**
   * Bytes a day for each caller.
   *
   * @default - no limit
   */
  readonly bytesPerDay?: number;
  /**
   * Whether the log has the paths of files, not their hashes.
   *
   * @default false
   */
  readonly logPaths?: boolean;
  /**
   * Whether there is a page for people at the root of the host.
   *
   * @default true
   */
  readonly connectPage?: boolean;
  /**
   * Whether each file keeps who wrote it.
   *
   * @default true
   */
  readonly writerMetadata?: boolean;
  /**
   * The https origins of web clients.
   *
   * @default - the web clients that `docs/settings.md` lists
   */
  readonly allowedOrigins?: readonly string[];
  /**
   * The name that people see when they sign in.
   *
   * @default Casdoor MCP file server
   */
  readonly resourceName?: string;
  /**
   * The https URL of a page for people.
   *
   * @default https://casdoor.org/docs/mcp-auth/third-party-integration
   */
  readonly documentationUrl?: string;
  /**
   * The https URL under which clients reach the server, ending in `/mcp`.
   *
   * @default - by the domain or the API's own endpoint
   */
  readonly publicUrl?: string;
  /**
   * What becomes of files and logs with the stack.
   *
   * @default retain
   */
  readonly removalPolicy?: 'retain' | 'destroy';
  /**
   * How many days logs are kept.
   *
   * @default 30
   */
  readonly logRetentionDays?: number;
  /**
   * The memory of the MCP function in MB.
   *
   * @default 1024
   */
  readonly mcpMemory?: number;
  /**
   * How many requests the MCP function answers at once.
   *
   * @default - as many as the account has left
   */
  readonly reservedConcurrency?: number;
  /**
   * How many environments of the MCP function are kept warm.
   *
   * @default - none
   */
  readonly provisionedConcurrency?: number;
  /**
   * How many executions the account may run at once.
   *
   * @default 1000
   */
  readonly accountConcurrency?: number;
  /**
   * How many requests the API takes in a second.
   *
   * @default 50
   */
  readonly rateLimit?: number;
  /**
   * How many requests the API takes at once.
   *
   * @default 100
   */
  readonly burstLimit?: number;
}
