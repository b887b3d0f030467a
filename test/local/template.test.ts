import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type CfnElement, Duration, Stack } from 'aws-cdk-lib';
import { CfnIntegration, CfnRoute, CorsHttpMethod, HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Code, type FunctionProps, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { type Resolve, readTemplate } from '../../local/template.ts';

const outdir = mkdtempSync(join(tmpdir(), 'template-'));
const assets = join(import.meta.dirname, 'lambda', 'fixtures');

afterAll(() => rmSync(outdir, { recursive: true }));

function createStack() {
  const stack = new Stack(new App({ outdir: mkdtempSync(join(outdir, 'cdk-')) }), 'Test');
  const addFunction = (id: string, props: Partial<FunctionProps> = {}) =>
    new LambdaFunction(stack, id, {
      code: Code.fromAsset(join(assets, 'http')),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      ...props,
    });
  const addRoute = (
    api: HttpApi,
    path: string,
    method: HttpMethod,
    target: LambdaFunction,
    timeout?: Duration,
  ) =>
    api.addRoutes({
      path,
      methods: [method],
      integration: new HttpLambdaIntegration(
        `${target.node.id}Integration`,
        target,
        timeout ? { timeout } : {},
      ),
    });
  return { stack, addFunction, addRoute };
}

function synthesize(stack: Stack) {
  const assembly = App.of(stack)?.synth();
  if (!(assembly && 'getStackByName' in assembly)) throw new Error('the stack is in no app');
  return { template: assembly.getStackByName('Test').template, directory: assembly.directory };
}

const resolveNothing: Resolve = () => undefined;

describe('a template', () => {
  const { stack, addFunction, addRoute } = createStack();
  const bucket = new Bucket(stack, 'Files');
  const api = new HttpApi(stack, 'Api', {
    corsPreflight: {
      allowOrigins: ['https://inspector.example'],
      allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST],
      allowHeaders: ['authorization'],
      exposeHeaders: ['www-authenticate'],
      maxAge: Duration.minutes(5),
    },
  });
  const files = addFunction('FilesFunction', {
    environment: {
      BUCKET: bucket.bucketName,
      OBJECTS: bucket.arnForObjects('*'),
      RESOURCE: `${api.apiEndpoint}/mcp in ${stack.region}`,
      PLAIN: 'as it is',
      EMPTY: '',
    },
    memorySize: 512,
    timeout: Duration.seconds(20),
  });
  const metadata = addFunction('Metadata', { code: Code.fromAsset(join(assets, 'commonjs')) });
  addFunction('Unrouted', { environment: { BUCKET: bucket.bucketName } });
  addRoute(api, '/mcp', HttpMethod.POST, files, Duration.seconds(25));
  addRoute(api, '/mcp', HttpMethod.GET, files);
  addRoute(api, '/.well-known/x', HttpMethod.GET, metadata);
  const { template, directory } = synthesize(stack);

  const [bucketId, apiId, filesId, metadataId] = [bucket, api, files, metadata].map((construct) =>
    // The L1 construct of an L2 one.
    stack.getLogicalId(construct.node.defaultChild as CfnElement),
  );
  const values: Record<string, string> = {
    [`${bucketId}`]: 'local-bucket',
    [`${bucketId}.Arn`]: 'arn:aws:s3:::local-bucket',
    [`${apiId}.ApiEndpoint`]: 'http://localhost:3000',
    'AWS::Region': 'us-east-1',
  };
  const resolve: Resolve = (logicalId, attribute) =>
    values[attribute ? `${logicalId}.${attribute}` : logicalId];
  const read = readTemplate(template, { resolve });

  it('says which function a method and path lead to, and how long it may take', () => {
    const integration = { payloadFormatVersion: '2.0', timeoutInMillis: 25_000, responseParameters: {} };
    expect(read.routes).toEqual([
      { method: 'POST', path: '/mcp', functionId: filesId, integration },
      {
        method: 'GET',
        path: '/mcp',
        functionId: filesId,
        integration: { ...integration, timeoutInMillis: 30_000 },
      },
      {
        method: 'GET',
        path: '/.well-known/x',
        functionId: metadataId,
        integration: { ...integration, timeoutInMillis: 30_000 },
      },
    ]);
  });

  it('says what the functions behind the routes are', () => {
    const [filesFunction, metadataFunction, ...others] = read.functions;
    expect(filesFunction).toEqual({
      id: filesId,
      assetPath: expect.any(String),
      handler: 'index.handler',
      runtime: 'nodejs24.x',
      environment: {
        BUCKET: 'local-bucket',
        OBJECTS: 'arn:aws:s3:::local-bucket/*',
        RESOURCE: 'http://localhost:3000/mcp in us-east-1',
        PLAIN: 'as it is',
        EMPTY: '',
      },
      memorySize: 512,
      timeoutSeconds: 20,
    });
    expect(metadataFunction).toMatchObject({
      id: metadataId,
      environment: {},
      memorySize: 128,
      timeoutSeconds: 3,
    });
    expect(others).toEqual([]);
  });

  it('says where their code is in the cloud assembly', () => {
    const paths = read.functions.map(({ assetPath }) => join(directory, assetPath));
    expect(existsSync(join(`${paths[0]}`, 'index.mjs'))).toBe(true);
    expect(existsSync(join(`${paths[1]}`, 'index.cjs'))).toBe(true);
  });

  it('says what CORS rules the API has', () => {
    expect(read.cors).toEqual({
      allowOrigins: ['https://inspector.example'],
      allowMethods: ['GET', 'POST'],
      allowHeaders: ['authorization'],
      exposeHeaders: ['www-authenticate'],
      maxAge: 300,
      allowCredentials: false,
    });
  });

  it('is refused when a variable has a value that nobody knows', () => {
    const message = `variable BUCKET of resource ${filesId}: no local value for {"Ref":"${bucketId}"}`;
    expect(() => readTemplate(template, { resolve: resolveNothing })).toThrow(message);
    const withoutRegion: Resolve = (id, attribute) =>
      id === 'AWS::Region' ? undefined : resolve(id, attribute);
    expect(() => readTemplate(template, { resolve: withoutRegion })).toThrow(
      `variable RESOURCE of resource ${filesId}: no local value for {"Ref":"AWS::Region"}`,
    );
  });
});

describe('a template without CORS', () => {
  it('has none', () => {
    const { stack, addFunction, addRoute } = createStack();
    addRoute(new HttpApi(stack, 'Api'), '/mcp', HttpMethod.GET, addFunction('F'));
    expect(readTemplate(synthesize(stack).template, { resolve: resolveNothing }).cors).toBeUndefined();
  });
});

describe('a template that cannot run as it would be deployed', () => {
  /** A stack with one route, and the template after a change to the L1 constructs of that route. */
  function change(
    edit: (route: CfnRoute, integration: CfnIntegration) => void,
    path = '/mcp',
    method = HttpMethod.GET,
  ) {
    const { stack, addFunction, addRoute } = createStack();
    const [route] = addRoute(new HttpApi(stack, 'Api'), path, method, addFunction('F'));
    const found = stack.node.findAll();
    const integration = found.find((construct) => construct instanceof CfnIntegration);
    const cfnRoute = route?.node.defaultChild;
    if (!(integration && cfnRoute instanceof CfnRoute)) throw new Error('the stack has no route');
    edit(cfnRoute, integration);
    const ids = { route: stack.getLogicalId(cfnRoute), integration: stack.getLogicalId(integration) };
    return { ids, read: () => readTemplate(synthesize(stack).template, { resolve: resolveNothing }) };
  }

  it('has a route without an integration', () => {
    const { ids, read } = change((route) => route.addPropertyDeletionOverride('Target'));
    expect(read).toThrow(
      `resource ${ids.route}: Target refers to no AWS::ApiGatewayV2::Integration of the template`,
    );
  });

  it('has a route to an integration that is not there', () => {
    const { ids, read } = change((route) => route.addPropertyOverride('Target', 'integrations/gone'));
    expect(read).toThrow(
      `resource ${ids.route}: Target refers to no AWS::ApiGatewayV2::Integration of the template`,
    );
  });

  it('has an integration with a function that is not there', () => {
    const uri = 'arn:aws:lambda:us-east-1:123456789012:function:elsewhere';
    const { ids, read } = change((_, integration) => integration.addPropertyOverride('IntegrationUri', uri));
    expect(read).toThrow(
      `resource ${ids.integration}: IntegrationUri refers to no AWS::Lambda::Function of the template, got "${uri}"`,
    );
  });

  it('has a response parameter that the gateway does not take', () => {
    const { ids, read } = change((_, integration) =>
      integration.addPropertyOverride('ResponseParameters', {
        401: { ResponseParameters: [{ Destination: 'remove:header.via', Source: "''" }] },
      }),
    );
    expect(read).toThrow(`resource ${ids.integration}: the gateway keeps via for itself`);
  });

  it('has another payload format', () => {
    const { ids, read } = change((_, integration) =>
      integration.addPropertyOverride('PayloadFormatVersion', '1.0'),
    );
    expect(read).toThrow(`resource ${ids.integration}: PayloadFormatVersion: Invalid input: expected "2.0"`);
  });

  it.each([
    ['any method', '/mcp', HttpMethod.ANY],
    ['a variable in its path', '/files/{path}', HttpMethod.GET],
    ['a greedy variable behind another', '/{one}/{proxy+}', HttpMethod.GET],
  ])('has a route with %s', (_, path, method) => {
    const { ids, read } = change(() => {}, path, method);
    expect(read).toThrow(`resource ${ids.route}: RouteKey: use one method and a path without variables`);
  });

  it.each([
    ['inline', () => Code.fromInline('exports.handler = () => {}')],
    [
      'in a bucket',
      (stack: Stack) => Code.fromBucket(Bucket.fromBucketName(stack, 'Code', 'code'), 'code.zip'),
    ],
  ])('has a function whose code is %s', (_, toCode) => {
    const { stack, addFunction, addRoute } = createStack();
    const target = addFunction('F', { code: toCode(stack) });
    addRoute(new HttpApi(stack, 'Api'), '/mcp', HttpMethod.GET, target);
    const { template } = synthesize(stack);
    expect(() => readTemplate(template, { resolve: resolveNothing })).toThrow(
      /^resource F\w+: Code\.S3Key: use Code\.fromAsset with a directory$/,
    );
  });

  it('has a variable with an intrinsic that is not evaluated', () => {
    const { stack, addFunction, addRoute } = createStack();
    const selecting = addFunction('F', { environment: { FIRST: stack.availabilityZones[0] ?? '' } });
    addRoute(new HttpApi(stack, 'Api'), '/mcp', HttpMethod.GET, selecting);
    const { template } = synthesize(stack);
    expect(() => readTemplate(template, { resolve: () => 'known' })).toThrow(
      /^variable FIRST of resource F\w+: no local value for \{"Fn::Select":/,
    );
  });

  it('has no HTTP API, or more than one', () => {
    const { stack } = createStack();
    new Bucket(stack, 'Files');
    const { template } = synthesize(stack);
    expect(() => readTemplate(template, { resolve: resolveNothing })).toThrow('has one HTTP API, got 0');
    const two = createStack();
    for (const id of ['One', 'Two']) new HttpApi(two.stack, id);
    const both = synthesize(two.stack).template;
    expect(() => readTemplate(both, { resolve: resolveNothing })).toThrow(
      /has one HTTP API, got 2: One\w+,Two\w+$/,
    );
  });
});
