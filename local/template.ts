import * as z from 'zod';
import type { Cors } from './gateway/cors.ts';
import type { Route } from './gateway/gateway.ts';
import { type HeaderMapping, readHeaderMapping } from './gateway/response-parameters.ts';

/** A Lambda function of the template. */
export type TemplateFunction = {
  /** Logical id. */
  id: string;
  /** The directory of its code, relative to the directory of the cloud assembly. */
  assetPath: string;
  handler: string;
  runtime: string;
  environment: Record<string, string>;
  /** MB. */
  memorySize: number;
  timeoutSeconds: number;
};

/** What runs locally of a stack: its HTTP API, and the functions that its routes lead to. */
export type LocalTemplate = { routes: Route[]; cors: Cors | undefined; functions: TemplateFunction[] };

/** The value of a `Ref` (without attribute) or of an `Fn::GetAtt`; undefined for what is not known. */
export type Resolve = (logicalId: string, attribute: string | undefined) => string | undefined;

const needsAsset = 'use Code.fromAsset with a directory';

const variables = z.record(z.string(), z.unknown());

const shapes = {
  template: z.object({
    Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: variables.default({}) })),
  }),
  api: z.object({
    CorsConfiguration: z
      .object({
        AllowOrigins: z.array(z.string()).default([]),
        AllowMethods: z.array(z.string()).default([]),
        AllowHeaders: z.array(z.string()).default([]),
        ExposeHeaders: z.array(z.string()).default([]),
        MaxAge: z.number().optional(),
        AllowCredentials: z.boolean().default(false),
      })
      .optional(),
  }),
  route: z.object({
    RouteKey: z
      .string()
      .regex(
        /^(?!ANY )[A-Z]+ \/[^{}]*(\/\{\w+\+\})?$/,
        'use one method and a path without variables, but for a greedy one at its end',
      ),
    Target: z.unknown().optional(),
  }),
  integration: z.object({
    PayloadFormatVersion: z.literal('2.0'),
    IntegrationUri: z.unknown().optional(),
    // The default of HTTP APIs.
    TimeoutInMillis: z.number().default(30_000),
    ResponseParameters: z
      .record(
        z.string().regex(/^[2-5]\d\d$/),
        z.object({ ResponseParameters: z.array(z.object({ Destination: z.string(), Source: z.string() })) }),
      )
      .default({}),
  }),
  intrinsic: z.union([
    z.object({ Ref: z.string() }),
    z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) }),
    z.object({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) }),
  ]),
  function: z.object({
    Code: z.object({ S3Key: z.string(needsAsset).regex(/^[0-9a-f]{64}\.zip$/, needsAsset) }),
    Handler: z.string(),
    Runtime: z.string(),
    Environment: z.object({ Variables: variables.default({}) }).default({ Variables: {} }),
    // The defaults of Lambda.
    MemorySize: z.number().default(128),
    Timeout: z.number().default(3),
  }),
};

/**
 * Reads the HTTP API and its functions out of a synthesized template, following Route, Integration and Function by their references.
 * `resolve` is asked for every value that only a deployment knows, such as the name of a bucket.
 * Throws for what cannot be run as deployed, with the logical id of the resource.
 *
 * aws-cdk-lib stages `Code.fromAsset(directory)` as `asset.<hash>` in the cloud assembly and calls the object `<hash>.zip`. The
 * `aws:asset:path` metadata says the same, but only the CDK's command line turns it on.
 */
export function readTemplate(template: unknown, options: { resolve: Resolve }): LocalTemplate {
  const { Resources } = parse('template', shapes.template, template);
  const read = <T>(id: string, shape: z.ZodType<T>) =>
    parse(`resource ${id}`, shape, Resources[id]?.Properties);
  const findAll = (type: string) => Object.keys(Resources).filter((id) => Resources[id]?.Type === type);

  function follow(id: string, property: string, value: unknown, type: string): string {
    const target = findReferences(value).find((reference) => Resources[reference]?.Type === type);
    if (target) return target;
    throw new Error(
      `resource ${id}: ${property} refers to no ${type} of the template, got ${JSON.stringify(value)}`,
    );
  }

  function readRoute(id: string): Route {
    const { RouteKey, Target } = read(id, shapes.route);
    const integrationId = follow(id, 'Target', Target, 'AWS::ApiGatewayV2::Integration');
    const { IntegrationUri, ...integration } = read(integrationId, shapes.integration);
    const [method = '', path = ''] = RouteKey.split(' ');
    return {
      method,
      path,
      functionId: follow(integrationId, 'IntegrationUri', IntegrationUri, 'AWS::Lambda::Function'),
      integration: {
        payloadFormatVersion: integration.PayloadFormatVersion,
        timeoutInMillis: integration.TimeoutInMillis,
        responseParameters: readResponseParameters(integrationId, integration.ResponseParameters),
      },
    };
  }

  /** Lists, by status, what the gateway does to the headers of an answer. */
  function readResponseParameters(
    id: string,
    byStatus: z.infer<typeof shapes.integration>['ResponseParameters'],
  ): Record<string, readonly HeaderMapping[]> {
    const entries = Object.entries(byStatus).map(([status, { ResponseParameters: parameters }]) => [
      status,
      parameters.map(({ Destination, Source }) => readHeaderMapping(`resource ${id}`, Destination, Source)),
    ]);
    return Object.fromEntries(entries);
  }

  function readFunction(id: string): TemplateFunction {
    const properties = read(id, shapes.function);
    const environment = Object.entries(properties.Environment.Variables).map(([name, value]) => [
      name,
      evaluate(value, options.resolve, `variable ${name} of resource ${id}`),
    ]);
    return {
      id,
      assetPath: `asset.${properties.Code.S3Key.replace(/\.zip$/, '')}`,
      handler: properties.Handler,
      runtime: properties.Runtime,
      environment: Object.fromEntries(environment),
      memorySize: properties.MemorySize,
      timeoutSeconds: properties.Timeout,
    };
  }

  const apis = findAll('AWS::ApiGatewayV2::Api');
  const [api] = apis;
  if (!api || apis.length > 1) throw new Error(`a local stack has one HTTP API, got ${apis.length}: ${apis}`);
  const routes = findAll('AWS::ApiGatewayV2::Route').map(readRoute);
  const functionIds = new Set(routes.map(({ functionId }) => functionId));
  return {
    routes,
    cors: toCors(read(api, shapes.api)),
    functions: [...functionIds].map(readFunction),
  };
}

function parse<T>(what: string, shape: z.ZodType<T>, value: unknown): T {
  const { data, error } = shape.safeParse(value);
  if (!error) return data;
  const issues = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Error(`${what}: ${issues.join('; ')}`);
}

function toCors({ CorsConfiguration: cors }: z.infer<typeof shapes.api>): Cors | undefined {
  if (!cors) return undefined;
  return {
    allowOrigins: cors.AllowOrigins,
    allowMethods: cors.AllowMethods,
    allowHeaders: cors.AllowHeaders,
    exposeHeaders: cors.ExposeHeaders,
    maxAge: cors.MaxAge,
    allowCredentials: cors.AllowCredentials,
  };
}

function findReferences(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { data } = shapes.intrinsic.safeParse(value);
  if (data && 'Ref' in data) return [data.Ref];
  if (data && 'Fn::GetAtt' in data) return [data['Fn::GetAtt'][0]];
  return Object.values(value).flatMap(findReferences);
}

function evaluate(value: unknown, resolve: Resolve, what: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  const { data } = shapes.intrinsic.safeParse(value);
  if (data && 'Fn::Join' in data) {
    const [separator, parts] = data['Fn::Join'];
    return parts.map((part) => evaluate(part, resolve, what)).join(separator);
  }
  const [logicalId, attribute] = data && 'Ref' in data ? [data.Ref] : (data?.['Fn::GetAtt'] ?? []);
  const resolved = logicalId && resolve(logicalId, attribute);
  if (resolved !== undefined) return resolved;
  throw new Error(`${what}: no local value for ${JSON.stringify(value)}; give it one in the local stack`);
}
