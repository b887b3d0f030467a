import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { readRequest } from '../../local/s3/request.ts';
import { isAllowed, readStatements, type Statement } from '../permissions/iam-policy.ts';
import { toS3Calls } from '../permissions/s3-calls.ts';
import { forward, type RunningProxy, startProxy } from './forwarding-proxy.ts';

/** An STS, and an S3 whose requests are allowed what the policy of their session allows. */
export interface IamGate extends RunningProxy {
  /** Every request that was denied: `PUT files/users/bob/a.md`. */
  readonly denied: readonly string[];
  /** How many sessions were handed out. */
  sessions(): number;
}

/** The key pair of every session, which the S3 server knows. The token tells the sessions apart. */
export interface GateOptions {
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** How long a session lasts, in seconds. */
  readonly sessionSeconds: number;
}

interface Session {
  readonly statements: readonly Statement[];
  /** Milliseconds since 1970. */
  readonly ends: number;
}

/**
 * Starts one server that is both: a POST is `AssumeRole` of STS, and everything else goes to the S3 server at `target`
 * if the policy of its session allows it. A request without a session, or with one that has ended, is denied.
 */
export async function startIamGate(
  target: string,
  { credentials, sessionSeconds }: GateOptions,
): Promise<IamGate> {
  const sessions = new Map<string, Session>();
  const denied: string[] = [];

  async function assumeRole(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = new URLSearchParams(await text(incoming));
    const token = randomUUID();
    const ends = Date.now() + sessionSeconds * 1000;
    sessions.set(token, { statements: readStatements(JSON.parse(asked.get('Policy') ?? '{}')), ends });
    const session = [
      `<AccessKeyId>${credentials.accessKeyId}</AccessKeyId>`,
      `<SecretAccessKey>${credentials.secretAccessKey}</SecretAccessKey>`,
      `<SessionToken>${token}</SessionToken>`,
      `<Expiration>${new Date(ends).toISOString()}</Expiration>`,
    ].join('');
    response
      .writeHead(200, { 'content-type': 'text/xml' })
      .end(
        `<AssumeRoleResponse><AssumeRoleResult><Credentials>${session}</Credentials></AssumeRoleResult></AssumeRoleResponse>`,
      );
  }

  function isGranted(incoming: IncomingMessage): boolean {
    const request = readRequest(incoming);
    const session = sessions.get(request.headers['x-amz-security-token'] ?? '');
    if (session === undefined || session.ends < Date.now()) return false;
    const calls = toS3Calls({ ...request, status: 200 });
    return calls.every((call) => isAllowed(session.statements, call));
  }

  async function pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      if (incoming.method === 'POST') return await assumeRole(incoming, response);
      if (isGranted(incoming)) {
        const answer = await forward(incoming, target);
        response.writeHead(answer.statusCode ?? 0, answer.rawHeaders);
        return await pipeline(answer, response);
      }
      const { method, bucket, key } = readRequest(incoming);
      denied.push(`${method} ${bucket}/${key}`);
      incoming.resume();
      const body = '<Error><Code>AccessDenied</Code><Message>no policy allows it</Message></Error>';
      response.writeHead(403, { 'content-type': 'application/xml' }).end(method === 'HEAD' ? '' : body);
    } catch (error) {
      response.destroy(error as Error);
    }
  }

  const proxy = await startProxy(pass);
  return { ...proxy, denied, sessions: () => sessions.size };
}
