import type { Endpoint } from '../../lambda/aws/http-api.ts';
import type { Invocation } from '../../lambda/invocation.ts';

/** Lets a test speak to an endpoint by web requests and responses. */
export function toWebEndpoint(
  endpoint: Endpoint,
): (request: Request, invocation: Invocation) => Promise<Response> {
  return async (request, invocation) => {
    const { url, method, headers: sent } = request;
    const head = new Request(url, { method, headers: sent });
    const whole = { head, body: new Uint8Array(await request.arrayBuffer()) };
    const { status, headers, body } = await endpoint(whole, invocation);
    return new Response(body.byteLength === 0 ? null : Uint8Array.from(body), { status, headers });
  };
}
