import { Unsafe } from './preconditions.ts';

/** What S3, its client and the network say, by name, message or code, and what helps. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [
    /^Region is missing$|^Region not accepted|^PermanentRedirect$|^AuthorizationHeaderMalformed$/,
    'set AWS_REGION to the region of the bucket',
  ],
  [/^NoSuchBucket$/, 'set --bucket to the output FilesBucket of the deployment'],
  [
    /^(CredentialsProviderError|ExpiredToken|InvalidAccessKeyId|SignatureDoesNotMatch|TokenRefreshRequired)$/,
    'sign in to AWS, or set AWS_PROFILE to a profile that is signed in',
  ],
  [
    /^AccessDenied$/,
    'use credentials that may read the settings and the versions of the bucket, and with --apply change its files',
  ],
  [
    /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT)$/,
    'check the network, and AWS_ENDPOINT_URL_S3 if it is set',
  ],
];

/** What a person reads of an error that ends a restore: what S3 says, and what helps where that is known. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { name, message } = error;
  if (error instanceof Unsafe) return message;
  const facts = [name, message, 'code' in error ? String(error.code) : ''];
  const remedy = remedies.find(([pattern]) => facts.some((text) => pattern.test(text)))?.[1];
  const sentence = message.replace(/\.$/, '');
  const said = name === 'Error' ? sentence : `${name}: ${sentence}`;
  return remedy === undefined ? said : `${said}: ${remedy}`;
}
