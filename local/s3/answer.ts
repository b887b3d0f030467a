import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { S3Reply } from './operation.ts';
import { S3Error } from './s3-error.ts';
import { toErrorDocument } from './xml.ts';

/**
 * Answers a request with what `reply` returns, or with the error it throws as an S3 document. Never rejects.
 * Any other error is logged and answered with `InternalError`.
 */
export async function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  reply: () => Promise<S3Reply>,
): Promise<void> {
  const requestId = randomUUID();
  try {
    await send(response, requestId, await reply());
  } catch (error) {
    if (request.socket.destroyed) return; // the client is gone, and so is the reason to answer
    if (!(error instanceof S3Error)) console.error('local S3 server:', error);
    if (response.headersSent) return void response.destroy();
    await send(response, requestId, toErrorReply(error, requestId, request.url ?? ''));
  } finally {
    request.resume(); // the rest of an unread body stands before the next request on this connection
  }
}

async function send(response: ServerResponse, requestId: string, reply: S3Reply): Promise<void> {
  const { status, headers = {}, body = '' } = reply;
  if (typeof body !== 'string') {
    response.writeHead(status, { ...headers, 'x-amz-request-id': requestId });
    return pipeline(body, response);
  }
  const hasBody = status !== 204 && status !== 304;
  const length = hasBody ? { 'content-length': Buffer.byteLength(body) } : {};
  response.writeHead(status, { ...length, ...headers, 'x-amz-request-id': requestId }).end(body);
}

function toErrorReply(error: unknown, requestId: string, resource: string): S3Reply {
  const refusal =
    error instanceof S3Error
      ? error
      : new S3Error('InternalError', 'the local store failed, its log says why');
  const document = toErrorDocument({
    Code: refusal.code,
    Message: refusal.message,
    Resource: resource.replace(/\?.*/s, ''),
    RequestId: requestId,
  });
  return {
    status: refusal.status,
    headers: { 'content-type': 'application/xml', ...refusal.headers },
    body: document,
  };
}
