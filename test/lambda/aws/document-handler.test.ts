import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { createDocumentHandler } from '../../../lambda/aws/document-handler.ts';

const handler = createDocumentHandler(async (request) => ({
  statusCode: 201,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(request),
}));

function send(part: Partial<APIGatewayProxyEventV2>) {
  const event = { rawPath: '/register', requestContext: { http: { method: 'POST' } }, ...part };
  // The parts of an event that are read.
  return handler(event as APIGatewayProxyEventV2);
}

describe('the handler of documents', () => {
  it('hands on method, path and body, and answers what it is told', async () => {
    expect(await send({ body: '{"a":1}', isBase64Encoded: false })).toEqual({
      statusCode: 201,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ method: 'POST', path: '/register', body: '{"a":1}' }),
    });
  });

  it('decodes a body that the gateway encoded', async () => {
    const { body } = await send({ body: Buffer.from('Grüße').toString('base64'), isBase64Encoded: true });
    expect(JSON.parse(String(body))).toMatchObject({ body: 'Grüße' });
  });

  it('hands on an empty body where there is none', async () => {
    expect(JSON.parse(String((await send({})).body))).toMatchObject({ body: '' });
  });
});
