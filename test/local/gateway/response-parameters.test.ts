import { applyHeaderMappings, readHeaderMapping } from '../../../local/gateway/response-parameters.ts';

const read = (destination: string, source: string) => readHeaderMapping('resource Mcp', destination, source);

function apply(parameters: readonly (readonly [string, string])[], before: Record<string, string>) {
  const headers = new Headers(before);
  applyHeaderMappings(
    parameters.map(([destination, source]) => read(destination, source)),
    headers,
  );
  return Object.fromEntries(headers);
}

describe('a response parameter', () => {
  it.each<[string, [string, string][], Record<string, string>]>([
    ['overwrites a header', [['overwrite:header.a', '$response.header.B']], { a: '2', b: '2' }],
    ['makes one that is missing', [['overwrite:header.c', '$response.header.b']], { a: '1', b: '2', c: '2' }],
    ['appends to one', [['append:header.a', 'text']], { a: '1, text', b: '2' }],
    ['removes one', [['remove:header.A', "''"]], { b: '2' }],
    [
      'changes nothing for want of a source',
      [['overwrite:header.a', '$response.header.x']],
      { a: '1', b: '2' },
    ],
    [
      'reads what the function sent, whatever the order',
      [
        ['remove:header.b', "''"],
        ['overwrite:header.a', '$response.header.b'],
      ],
      { a: '2' },
    ],
  ])('%s', (_, parameters, after) => {
    expect(apply(parameters, { a: '1', b: '2' })).toEqual(after);
  });

  it.each([
    [
      'overwrite:header.x-amzn-remapped-www-authenticate',
      "''",
      'keeps x-amzn-remapped-www-authenticate for itself',
    ],
    ['remove:header.Content-Length', "''", 'keeps Content-Length for itself'],
    ['overwrite:header.a', '$response.header.x-amzn-requestid', 'keeps x-amzn-requestid for itself'],
    ['overwrite:statuscode', '200', 'has no response parameter overwrite:statuscode'],
    ['add:header.a', 'x', 'has no response parameter add:header.a'],
    [
      'overwrite:header.a',
      '$context.requestId',
      'give the response parameter overwrite:header.a a text or a header',
    ],
  ])('is refused, with the resource, as the gateway would: %s from %s', (destination, source, sentence) => {
    expect(() => read(destination, source)).toThrow('resource Mcp: ');
    expect(() => read(destination, source)).toThrow(sentence);
  });
});
