import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The context of `cdk.json`, which the CDK CLI hands to `bin/app.ts`: the feature flags of the CDK and the settings that
 * stand there. Apps that no CLI starts read it here, so that they synthesize the same template.
 */
export function readCdkContext(): Readonly<Record<string, unknown>> {
  const { context } = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'cdk.json'), 'utf8'));
  return context;
}
