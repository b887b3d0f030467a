import { Duration, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CfnIntegration,
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  type HttpRoute,
  HttpStage,
  type IDomainName,
  LogGroupLogDestination,
  PayloadFormatVersion,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { challengeTwin } from '../lambda/auth/challenge-twin.ts';
import { acknowledge } from './acknowledge.ts';

/** What the HTTP API is made from. */
export interface FileServerApiProps {
  /** @default - the API's own endpoint, which a domain turns off */
  readonly domain?: IDomainName | undefined;
  /** Requests per second, and at once. */
  readonly throttle: { readonly rateLimit: number; readonly burstLimit: number };
  readonly logRetention: RetentionDays;
  /** What becomes of the access log when the stack is deleted. */
  readonly removalPolicy: RemovalPolicy;
}

/** Where RFC 9728 documents are found. */
export const wellKnown = '/.well-known/oauth-protected-resource';

/** One line of the access log: nothing of a token, and no header but the name of the client's program. */
const accessLogLine = {
  requestId: '$context.requestId',
  requestTime: '$context.requestTime',
  sourceIp: '$context.identity.sourceIp',
  userAgent: '$context.identity.userAgent',
  routeKey: '$context.routeKey',
  protocol: '$context.protocol',
  status: '$context.status',
  responseLength: '$context.responseLength',
  responseLatency: '$context.responseLatency',
  integrationLatency: '$context.integrationLatency',
  // Lambda's id of the request, which the function's own lines carry.
  functionRequestId: '$context.integration.requestId',
  integrationError: '$context.integrationErrorMessage',
};

const withChallenge = mapHeaders(
  ['overwrite:header.www-authenticate', `$response.header.${challengeTwin}`],
  [`remove:header.${challengeTwin}`, "''"],
);

/**
 * What the gateway changes in an answer, by its status (Amazon API Gateway developer guide, "Transform API requests and
 * responses for HTTP APIs"). The challenge is written anew from its twin, in case the gateway renames it. A 202 loses
 * the content type that the gateway gives to a body without one: there is no body.
 */
const responseParameters = {
  202: mapHeaders(['remove:header.content-type', "''"]),
  400: withChallenge,
  401: withChallenge,
  403: withChallenge,
};

/**
 * The HTTP API. Its stage is `$default`, so that no stage name gets into a public URL. Web clients of any
 * origin pass its CORS rules, because ports of local tools vary and no cookie is ever read; which origins
 * are served is decided by the MCP function.
 */
export class FileServerApi extends Construct {
  readonly api: HttpApi;
  readonly accessLog: LogGroup;

  constructor(scope: Construct, id: string, { domain, ...props }: FileServerApiProps) {
    super(scope, id);
    this.api = new HttpApi(this, 'HttpApi', {
      // In a list of APIs only the name tells stacks apart. Several APIs may have the same name.
      apiName: Stack.of(this).stackName,
      description: 'MCP file server',
      createDefaultStage: false,
      disableExecuteApiEndpoint: domain !== undefined,
      corsPreflight: {
        allowOrigins: ['*'],
        allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.DELETE],
        allowHeaders: [
          'authorization',
          'content-type',
          'mcp-protocol-version',
          'mcp-method',
          'mcp-name',
          'mcp-session-id',
          'last-event-id',
        ],
        exposeHeaders: ['www-authenticate', 'mcp-session-id'],
        maxAge: Duration.hours(1),
      },
    });
    this.accessLog = new LogGroup(this, 'AccessLog', {
      retention: props.logRetention,
      removalPolicy: props.removalPolicy,
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: props.throttle,
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.accessLog),
        format: AccessLogFormat.custom(JSON.stringify(accessLogLine)),
      },
      ...(domain && { domainMapping: { domainName: domain } }),
    });
  }

  /** Routes MCP to its function: not `ANY`, which would take the preflight away from the gateway. */
  routeMcp(handler: IFunction): void {
    const routes = this.route('Mcp', handler, {
      paths: ['/mcp', '/mcp/{proxy+}'],
      methods: [HttpMethod.POST, HttpMethod.GET, HttpMethod.HEAD, HttpMethod.DELETE],
      reason:
        'the function verifies every token: an authorizer of the gateway cannot answer with the challenge that MCP clients need (RFC 9728 section 5.1)',
    });
    // The CDK has no property for this; its integration is made within the first route.
    const parts = routes.flatMap((route) => route.node.findAll());
    const integrations = parts.filter((part) => part instanceof CfnIntegration);
    for (const integration of integrations) integration.responseParameters = responseParameters;
  }

  /** Routes both places where clients look for the metadata (RFC 9728 section 3.1, and its fallback). */
  routeMetadata(handler: IFunction): void {
    this.route('Metadata', handler, {
      paths: toPlaces(wellKnown),
      methods: [HttpMethod.GET, HttpMethod.HEAD],
      reason: 'the metadata is public: clients read it to learn where to get a token (RFC 9728 section 3)',
    });
  }

  /** Routes the page for people. */
  routeConnectPage(handler: IFunction): void {
    this.route('ConnectPage', handler, {
      paths: ['/'],
      methods: [HttpMethod.GET, HttpMethod.HEAD],
      reason: 'the page says how to connect and sign in, so its readers have no token yet',
    });
  }

  /** Routes what the registration bridge serves: the metadata of an authorization server, and the registration. */
  routeBridge(handler: IFunction): void {
    const documents = ['oauth-authorization-server', 'openid-configuration'];
    this.route('Discovery', handler, {
      paths: documents.flatMap((name) => toPlaces(`/.well-known/${name}`)),
      methods: [HttpMethod.GET, HttpMethod.HEAD],
      reason: 'the metadata is public: clients read it to learn where to sign in (RFC 8414 section 3)',
    });
    this.route('Registration', handler, {
      paths: ['/register'],
      methods: [HttpMethod.POST],
      reason: 'a client that registers has no token yet (RFC 7591 section 3); nothing is kept of it',
    });
  }

  /**
   * `reason` says why the gateway itself asks for no token. A path that ends with `{proxy+}` is how a slash at the end
   * is routed: HTTP APIs take no route that ends with one, and the function answers 404 to any other path.
   */
  private route(
    id: string,
    handler: IFunction,
    { paths, methods, reason }: { paths: readonly string[]; methods: HttpMethod[]; reason: string },
  ): readonly HttpRoute[] {
    const integration = new HttpLambdaIntegration(id, handler, {
      payloadFormatVersion: PayloadFormatVersion.VERSION_2_0,
    });
    const routes = paths.flatMap((path) => this.api.addRoutes({ path, methods, integration }));
    for (const route of routes) acknowledge(route, 'APIG4', reason);
    return routes;
  }
}

/** Where clients look for a document: with and without the path of the resource, and each with a slash at its end. */
function toPlaces(path: string): readonly string[] {
  return [path, `${path}/mcp`, `${path}/{proxy+}`];
}

/** A `ResponseParameterMap` as CloudFormation spells it: the CDK hands it on as it is. */
function mapHeaders(...pairs: readonly (readonly [destination: string, source: string])[]) {
  return { ResponseParameters: pairs.map(([Destination, Source]) => ({ Destination, Source })) };
}
