import { explain } from '../../../ops/restore/explain.ts';
import { Unsafe } from '../../../ops/restore/preconditions.ts';

const named = (name: string, message: string) => Object.assign(new Error(message), { name });

describe('the explanation of what ended a restore', () => {
  it.each<[Error, string]>([
    [new Error('Region is missing'), 'Region is missing: set AWS_REGION to the region of the bucket'],
    [named('PermanentRedirect', 'Use the other endpoint.'), 'set AWS_REGION to the region of the bucket'],
    [
      named('NoSuchBucket', 'The specified bucket does not exist'),
      'NoSuchBucket: The specified bucket does not exist: set --bucket to the output FilesBucket of the deployment',
    ],
    [named('CredentialsProviderError', 'Could not load credentials from any providers'), ': sign in to AWS'],
    [named('AccessDenied', 'Access Denied'), 'AccessDenied: Access Denied: use credentials that may read'],
    [
      Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9000'), { code: 'ECONNREFUSED' }),
      'connect ECONNREFUSED 127.0.0.1:9000: check the network, and AWS_ENDPOINT_URL_S3 if it is set',
    ],
  ])('of %s has a remedy', (error, sentence) => {
    expect(explain(error)).toContain(sentence);
  });

  it('leaves what is not known as S3 says it', () => {
    expect(explain(named('SlowDown', 'Reduce your request rate.'))).toBe(
      'SlowDown: Reduce your request rate',
    );
    expect(explain(new Unsafe('turn on the versioning of files'))).toBe('turn on the versioning of files');
    expect(explain('a text')).toBe('a text');
  });
});
