import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { bundleFunctions, functionNames, toFunctionDirectory } from '../../lib/bundle.ts';
import { propertiesOf, synthesize } from '../support/synthesize.ts';

let template: Template;

beforeAll(async () => {
  await bundleFunctions();
  template = synthesize();
}, 120_000);

describe('the functions', () => {
  it('are two, on Node 24 and arm64, traced, with less time than the gateway has, and in no VPC', () => {
    const functions = propertiesOf(template, 'AWS::Lambda::Function');
    expect(functions).toHaveLength(2);
    for (const properties of functions) {
      expect(properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        Timeout: 28,
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: expect.any(String) } },
      });
      expect(properties).not.toHaveProperty('VpcConfig');
    }
  });

  it.each(functionNames)('upload of %s what was built for it and nothing else', async (name) => {
    const { outputs } = (await bundleFunctions())[name];
    const built = Object.keys(outputs).map((file) => basename(file));
    // The page for people is data beside the code of the function that serves it.
    const pages = name === 'metadata' ? ['connect-page.json'] : [];
    expect(readdirSync(toFunctionDirectory(name)).sort()).toEqual([...built, ...pages].sort());
    expect(built).toContain('index.mjs');
  });

  it('get their memory from the settings, the MCP function only', () => {
    const memories = (stack: Template) =>
      propertiesOf(stack, 'AWS::Lambda::Function').map(({ MemorySize }) => MemorySize);
    expect(memories(template)).toEqual([256, 1024]);
    expect(memories(synthesize({ mcpMemory: 2048 }))).toEqual([256, 2048]);
  });

  it('log to groups of their own, which forget when the settings say so', () => {
    const retentions = (stack: Template) =>
      propertiesOf(stack, 'AWS::Logs::LogGroup').map(({ RetentionInDays }) => RetentionInDays);
    expect(retentions(template)).toEqual([30, 30, 30]);
    expect(retentions(synthesize({ logRetentionDays: '365' }))).toEqual([365, 365, 365]);
  });
});

describe('the concurrency of the MCP function', () => {
  const descriptionOf = (stack: Template) =>
    propertiesOf(stack, 'AWS::Lambda::Function').find(({ Description }) => Description === 'MCP file tools');

  it('is the rest of the account unless some of it is reserved', () => {
    expect(descriptionOf(template)).not.toHaveProperty('ReservedConcurrentExecutions');
    const other = synthesize({ reservedConcurrency: 20 });
    expect(descriptionOf(other)).toHaveProperty('ReservedConcurrentExecutions', 20);
  });

  it('has environments that are kept warm behind an alias, to which all of its routes lead', () => {
    template.resourceCountIs('AWS::Lambda::Alias', 0);
    const other = synthesize({ provisionedConcurrency: 3 });
    other.hasResourceProperties('AWS::Lambda::Alias', {
      ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 3 },
      FunctionVersion: Match.objectLike({}),
    });
    const [alias] = Object.keys(other.findResources('AWS::Lambda::Alias'));
    const uris = propertiesOf(other, 'AWS::ApiGatewayV2::Integration').map(
      ({ IntegrationUri }) => IntegrationUri,
    );
    expect(uris).toContainEqual({ Ref: alias });
    const invoked = propertiesOf(other, 'AWS::Lambda::Permission').map(({ FunctionName }) => FunctionName);
    expect(
      invoked.filter((target) => JSON.stringify(target) === JSON.stringify({ Ref: alias })),
      // GET, HEAD, POST and DELETE, each with and without a slash at the end.
    ).toHaveLength(8);
  });
});
