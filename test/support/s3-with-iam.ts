import { Readable } from 'node:stream';
import { S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, type AssumeRoleCommandInput, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { isAllowed, readStatements } from '../permissions/iam-policy.ts';
import { toS3Calls } from '../permissions/s3-calls.ts';

/** The part of the SDK's request that is used here. */
interface SentRequest {
  readonly method: string;
  readonly hostname: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** An STS that hands out sessions, and an S3 that allows each request what the policy of its session allows. */
export interface S3WithIam {
  /** Requests go to this handler instead of the network. */
  readonly s3: S3Client;
  /** Every session that was asked for. */
  readonly sessions: AssumeRoleCommandInput[];
  /** `GET files/a.md 200` for every request, in order. */
  readonly requests: string[];
  /** What STS answers from now on: how long sessions last, in milliseconds, or why there is none. */
  answer(session: number | Error): void;
}

/** Starts both; there is a file under every key, and directories are empty. */
export function createS3WithIam(): S3WithIam {
  const sessions: AssumeRoleCommandInput[] = [];
  const requests: string[] = [];
  let session: number | Error = 3_600_000;
  const sts = mockClient(STSClient);
  sts.on(AssumeRoleCommand).callsFake(async (input: AssumeRoleCommandInput) => {
    if (session instanceof Error) throw session;
    sessions.push(input);
    const AccessKeyId = `SESSION${sessions.length - 1}`;
    const Expiration = new Date(Date.now() + session);
    return { Credentials: { AccessKeyId, SecretAccessKey: 'secret', SessionToken: 'token', Expiration } };
  });

  /** The policy of the session that signed the request. */
  function findPolicy({ headers }: SentRequest): unknown {
    const id = /Credential=SESSION(\d+)\//.exec(headers.authorization ?? '')?.[1];
    return JSON.parse(sessions[Number(id)]?.Policy ?? '{}');
  }

  function handle(request: SentRequest) {
    const { method, headers } = request;
    const [bucket = ''] = request.hostname.split('.');
    const key = decodeURIComponent(request.path.slice(1));
    const query = new URLSearchParams(
      Object.entries(request.query).map(([name, value]): [string, string] => [name, String(value ?? '')]),
    );
    const calls = toS3Calls({ method, bucket, key, query, headers, status: 200 });
    const statements = readStatements(findPolicy(request));
    const isGranted = calls.every((call) => isAllowed(statements, call));
    const status = isGranted ? 200 : 403;
    requests.push(`${method} ${key || `?prefix=${query.get('prefix')}`} ${status}`);
    return { response: isGranted ? grant(method, key, query.get('prefix') ?? '') : deny(method) };
  }

  const requestHandler = { handle: async (request: unknown) => handle(request as SentRequest) };
  // Only `handle` of the handler's type is needed, and the SDK's request has more than is used here.
  const s3 = new S3Client({ region: 'us-east-1', requestHandler: requestHandler as never });
  return {
    s3,
    sessions,
    requests,
    answer(next) {
      session = next;
    },
  };
}

function grant(method: string, key: string, prefix: string) {
  const headers = { etag: '"etag"', 'content-type': 'text/plain', 'content-length': '5' };
  const text = method === 'PUT' ? '<CopyObjectResult><ETag>"etag"</ETag></CopyObjectResult>' : 'hello';
  const body = method === 'HEAD' ? '' : key === '' ? toListing(prefix) : text;
  return { statusCode: 200, headers, body: Readable.from([Buffer.from(body)]) };
}

function toListing(prefix: string): string {
  const contents = prefix.endsWith('/') ? '' : `<Contents><Key>${prefix}</Key></Contents>`;
  return `<ListBucketResult>${contents}</ListBucketResult>`;
}

function deny(method: string) {
  const body = '<Error><Code>AccessDenied</Code><Message>no policy allows it</Message></Error>';
  const text = method === 'HEAD' ? '' : body;
  return { statusCode: 403, headers: {}, body: Readable.from([Buffer.from(text)]) };
}
