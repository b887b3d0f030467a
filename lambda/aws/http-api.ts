import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';

/** Answers one web request; `deadline` is aborted when the answer must be on its way. */
export type Endpoint = (request: Request, deadline: AbortSignal) => Promise<Response>;

/** The part of Lambda's context that is used. */
export type InvocationContext = Pick<Context, 'getRemainingTimeInMillis'>;

/** A Lambda handler for HTTP API events of payload format 2.0. */
export type HttpApiHandler = (
  event: APIGatewayProxyEventV2,
  context: InvocationContext,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** What is kept of the function's time for writing the answer, in milliseconds. */
const reserve = 4_000;

/** Lets an endpoint answer HTTP API events. It converts and decides nothing. */
export function createHttpApiHandler(endpoint: Endpoint): HttpApiHandler {
  return async (event, context) => {
    const deadline = AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - reserve));
    return toResult(await endpoint(toRequest(event), deadline));
  };
}

function toRequest(event: APIGatewayProxyEventV2): Request {
  const { domainName, http } = event.requestContext;
  const query = event.rawQueryString === '' ? '' : `?${event.rawQueryString}`;
  const url = `https://${domainName}${encodeURI(event.rawPath)}${query}`;
  const headers = toHeaders(event);
  // A web Request of these methods refuses a body; HTTP gives it no meaning (RFC 9110 section 9.3.1).
  if (http.method === 'GET' || http.method === 'HEAD')
    return new Request(url, { method: http.method, headers });
  return new Request(url, { method: http.method, headers, body: toBody(event) });
}

function toBody({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): BodyInit {
  return isBase64Encoded ? Uint8Array.from(Buffer.from(body, 'base64')) : body;
}

/** HTTP API joins repeated headers by commas. A value that no web header can hold is left out. */
function toHeaders(event: APIGatewayProxyEventV2): Headers {
  const headers = new Headers();
  for (const [name, value = ''] of Object.entries(event.headers)) {
    headers.set(name, value.replace(/[^\t\x20-\x7e\x80-\xff]/g, ''));
  }
  return headers;
}

async function toResult(response: Response): Promise<APIGatewayProxyStructuredResultV2> {
  const headers = new Headers(response.headers);
  // Concerns one connection only and is the gateway's own business (RFC 9110 section 7.6.1).
  headers.delete('connection');
  return {
    statusCode: response.status,
    headers: Object.fromEntries(headers),
    body: await response.text(),
  };
}
