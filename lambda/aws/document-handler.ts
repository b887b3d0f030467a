import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** Answers a request from its method, path and body (text, empty when there is none). */
type Answer = (request: {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}) => Promise<{
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}>;

/**
 * Lets a pure function answer HTTP API events of payload format 2.0. Unlike `createHttpApiHandler` it builds no web
 * `Request` or `Response`, so a start does not load Node's classes for them.
 */
export function createDocumentHandler(answer: Answer) {
  return async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
    const { body = '', isBase64Encoded, rawPath, requestContext } = event;
    const text = isBase64Encoded ? Buffer.from(body, 'base64').toString() : body;
    return { ...(await answer({ method: requestContext.http.method, path: rawPath, body: text })) };
  };
}
