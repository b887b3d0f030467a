import { Unsafe } from './preconditions.ts';

/** What S3 and its client say where they do not know, or do not agree on, the region. */
const wrongRegion =
  /^Region is missing$|^Region not accepted|^PermanentRedirect$|^AuthorizationHeaderMalformed$/;

/** What a person reads of an error that ends a restore. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { name, message } = error;
  if (error instanceof Unsafe) return message;
  const remedy = [name, message].some((text) => wrongRegion.test(text))
    ? ': set AWS_REGION to the region of the bucket'
    : '';
  return `${name}: ${message}${remedy}`;
}
