import { App, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readCdkContext } from '../../lib/cdk-context.ts';
import { FileServerStack } from '../../lib/file-server-stack.ts';
import { readSettings } from '../../lib/settings.ts';

/** The Casdoor that every stack in the tests uses. */
export const casdoorUrl = 'https://door.example.com';

/** Makes the stack as `bin/app.ts` does, with the validators that can fail its synthesis. */
export function createStack(context: Readonly<Record<string, unknown>> = {}) {
  const app = new App({ context: readCdkContext() });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const settings = readSettings({ casdoorUrl, ...context });
  return { app, stack: new FileServerStack(app, settings.stackName, settings) };
}

/** The template of the stack; throws what the validators report. The functions must have been bundled. */
export function synthesize(context: Readonly<Record<string, unknown>> = {}): Template {
  const { app, stack } = createStack(context);
  app.synth();
  return Template.fromStack(stack);
}

type Properties = Readonly<Record<string, unknown>>;

/** The properties of every resource of a type. */
export function propertiesOf(template: Template, type: string): readonly Properties[] {
  return Object.values(template.findResources(type)).map(({ Properties }) => Properties);
}

/** One statement of a policy. */
export interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

/** The statements of every policy of a type. */
export function statementsOf(template: Template, type = 'AWS::IAM::Policy'): readonly Statement[] {
  return propertiesOf(template, type).flatMap((properties) => {
    const document = properties.PolicyDocument ?? properties.KeyPolicy;
    // Every type of policy has a document of this form.
    return (document as { readonly Statement: readonly Statement[] }).Statement;
  });
}
