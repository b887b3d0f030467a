import { join } from 'node:path';
import { startEnvironment } from '../../../local/lambda/environment.ts';

describe('an execution environment', () => {
  it('gives up on a handler that does not finish loading', async () => {
    const definition = {
      name: 'slow',
      directory: join(import.meta.dirname, 'fixtures', 'never-loads'),
      handler: 'index.handler',
      environment: {},
      memorySize: 128,
      timeoutSeconds: 3,
    };
    const options = { log: () => {}, signal: new AbortController().signal, initTimeoutSeconds: 1 };
    await expect(startEnvironment(definition, options)).rejects.toMatchObject({
      errorType: 'Sandbox.Timedout',
      message: 'Init phase timed out after 1.00 seconds',
    });
  });
});
