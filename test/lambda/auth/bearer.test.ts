import { readBearerToken } from '../../../lambda/auth/bearer.ts';
import { Refused } from '../../../lambda/auth/refusal.ts';

function read(authorization?: string): string {
  try {
    return readBearerToken(new Headers(authorization === undefined ? {} : { authorization }));
  } catch (error) {
    if (error instanceof Refused) return error.refusal.code;
    throw error;
  }
}

describe('the bearer token', () => {
  it.each(['Bearer abc.def-_~+/==', 'bearer abc.def-_~+/==', 'BEARER   abc.def-_~+/=='])(
    'is read from %j',
    (value) => {
      expect(read(value)).toBe('abc.def-_~+/==');
    },
  );

  it.each([undefined, '', 'Bearer', 'Bearer ', 'Basic YTpi', 'Bearertoken', 'DPoP abc'])(
    'is missing in %j',
    (value) => {
      expect(read(value)).toBe('no_token');
    },
  );

  it.each(['Bearer a b', 'Bearer a, Bearer b', 'Bearer "a"', 'Bearer a=b', 'Bearer é', 'Bearer {"a":1}'])(
    'is malformed in %j',
    (value) => {
      expect(read(value)).toBe('malformed_authorization');
    },
  );

  it('is read in linear time from a header as long as Node accepts', () => {
    expect(read(`Bearer ${'a='.repeat(8_000)}`)).toBe('malformed_authorization');
    expect(read(`Bearer ${' '.repeat(16_000)}x y`)).toBe('malformed_authorization');
  });
});
