import { App } from 'aws-cdk-lib';
import { bundleFunctions } from '../lib/bundle.ts';
import { FileServerStack } from '../lib/file-server-stack.ts';
import { InvalidSettings, readSettings } from '../lib/settings.ts';

const app = new App();
try {
  const settings = readSettings(app.node.getAllContext());
  await bundleFunctions();
  new FileServerStack(app, 'CasdoorMcpFileServer', settings);
  app.synth();
} catch (error) {
  if (!(error instanceof InvalidSettings)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
