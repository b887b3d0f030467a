import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { bundleFunctions } from '../lib/bundle.ts';
import { FileServerStack } from '../lib/file-server-stack.ts';
import { InvalidSettings, readSettings } from '../lib/settings.ts';

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
try {
  const settings = readSettings(app.node.getAllContext());
  await bundleFunctions();
  new FileServerStack(app, settings.stackName, settings);
  app.synth();
} catch (error) {
  if (!(error instanceof InvalidSettings)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
