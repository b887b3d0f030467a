import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCdkContext } from '../../lib/cdk-context.ts';

const recommended = join(
  import.meta.dirname,
  '../../node_modules/aws-cdk-lib/recommended-feature-flags.json',
);

describe('cdk.json', () => {
  it('sets every feature flag that the CDK recommends, so that synthesis ends without a remark', () => {
    expect(readCdkContext()).toMatchObject(JSON.parse(readFileSync(recommended, 'utf8')));
  });

  it('validates by the default rules', () => {
    expect(readCdkContext()).toMatchObject({ '@aws-cdk/core:validateAgainstDefaultRules': true });
  });
});
