import * as z from 'zod';
import { authorizationSettings } from './authorization.ts';
import { deploymentSettings } from './deployment.ts';
import { registrationSettings } from './registration.ts';
import { servingSettings } from './serving.ts';

/** Each setting with its rule and its default; the description says what a right value looks like. */
export const schema = z.strictObject({
  ...authorizationSettings,
  ...registrationSettings,
  ...servingSettings,
  ...deploymentSettings,
});

type Parsed = z.output<typeof schema>;

/** What a deployment is made from. It exists only if every setting is right and none contradicts another. */
export type DeploymentSettings = Omit<Parsed, 'casdoorUrl' | 'issuer' | 'jwksUrl'> & {
  readonly issuer: string;
  readonly jwksUrl: string;
};
