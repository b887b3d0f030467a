import { Duration } from 'aws-cdk-lib';
import {
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  HttpStage,
  PayloadFormatVersion,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

/** Where RFC 9728 documents are found. */
const wellKnown = '/.well-known/oauth-protected-resource';

/**
 * The HTTP API. Its stage is `$default`, so that no stage name gets into a public URL. Web clients of any
 * origin pass its CORS rules, because ports of local tools vary and no cookie is ever read; which origins
 * are served is decided by the MCP function.
 */
export class FileServerApi extends Construct {
  readonly api: HttpApi;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.api = new HttpApi(this, 'HttpApi', {
      description: 'MCP file server',
      createDefaultStage: false,
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
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: 50, burstLimit: 100 },
    });
  }

  /** Routes MCP to its function: not `ANY`, which would take the preflight away from the gateway. */
  routeMcp(handler: IFunction): void {
    this.route('Mcp', handler, ['/mcp'], [HttpMethod.POST, HttpMethod.GET, HttpMethod.DELETE]);
  }

  /** Routes both places where clients look for the metadata (RFC 9728 section 3.1, and its fallback). */
  routeMetadata(handler: IFunction): void {
    this.route('Metadata', handler, [wellKnown, `${wellKnown}/mcp`], [HttpMethod.GET]);
  }

  private route(id: string, handler: IFunction, paths: readonly string[], methods: HttpMethod[]): void {
    const integration = new HttpLambdaIntegration(id, handler, {
      payloadFormatVersion: PayloadFormatVersion.VERSION_2_0,
    });
    for (const path of paths) this.api.addRoutes({ path, methods, integration });
  }
}
