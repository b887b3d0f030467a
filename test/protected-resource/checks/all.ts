import type { Check } from '../check.ts';
import { authorizationServerChecks } from './authorization-server.ts';
import { challengeChecks } from './challenges.ts';
import { metadataChecks } from './metadata.ts';
import { tokenChecks } from './tokens.ts';

/** Every check, in the order in which a client meets the thing that it checks. */
export const allChecks: readonly Check[] = [
  ...challengeChecks,
  ...metadataChecks,
  ...authorizationServerChecks,
  ...tokenChecks,
];
