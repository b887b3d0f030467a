import { Match, type Template } from 'aws-cdk-lib/assertions';
import { bundleFunctions } from '../../lib/bundle.ts';
import { propertiesOf, synthesize } from '../support/synthesize.ts';

let template: Template;

beforeAll(async () => {
  await bundleFunctions();
  template = synthesize();
}, 120_000);

describe('the HTTP API', () => {
  it('has exactly these routes, none that catches a preflight, and asks for no token itself', () => {
    const routes = propertiesOf(template, 'AWS::ApiGatewayV2::Route');
    expect(
      routes.map(({ RouteKey, AuthorizationType }) => `${RouteKey} ${AuthorizationType}`).sort(),
    ).toEqual([
      'DELETE /mcp NONE',
      'DELETE /mcp/{proxy+} NONE',
      'GET / NONE',
      'GET /.well-known/oauth-protected-resource NONE',
      'GET /.well-known/oauth-protected-resource/mcp NONE',
      'GET /.well-known/oauth-protected-resource/{proxy+} NONE',
      'GET /mcp NONE',
      'GET /mcp/{proxy+} NONE',
      'HEAD / NONE',
      'HEAD /.well-known/oauth-protected-resource NONE',
      'HEAD /.well-known/oauth-protected-resource/mcp NONE',
      'HEAD /.well-known/oauth-protected-resource/{proxy+} NONE',
      'HEAD /mcp NONE',
      'HEAD /mcp/{proxy+} NONE',
      'POST /mcp NONE',
      'POST /mcp/{proxy+} NONE',
    ]);
  });

  it('writes the challenge anew from its twin, and gives no content type to an empty answer', () => {
    const ResponseParameters = [
      { Destination: 'overwrite:header.www-authenticate', Source: '$response.header.x-mcp-challenge' },
      { Destination: 'remove:header.x-mcp-challenge', Source: "''" },
    ];
    const [mcp, ...others] = propertiesOf(template, 'AWS::ApiGatewayV2::Integration')
      .map(({ ResponseParameters: parameters }) => parameters)
      .filter((parameters) => parameters !== undefined);
    expect(mcp).toEqual({
      202: { ResponseParameters: [{ Destination: 'remove:header.content-type', Source: "''" }] },
      400: { ResponseParameters },
      401: { ResponseParameters },
      403: { ResponseParameters },
    });
    expect(others).toEqual([]);
  });

  it('hands events on in payload format 2.0 and waits longer than the functions may take', () => {
    const integrations = propertiesOf(template, 'AWS::ApiGatewayV2::Integration');
    expect(integrations).toHaveLength(3);
    for (const integration of integrations) {
      expect(integration).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' });
      // The default is 30 seconds, the functions have 28.
      expect(integration).not.toHaveProperty('TimeoutInMillis');
    }
  });

  it('has one stage, $default, so that no stage name gets into a URL', () => {
    template.resourceCountIs('AWS::ApiGatewayV2::Stage', 1);
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', { StageName: '$default', AutoDeploy: true });
  });

  it('has the name of the stack, by which a list of APIs is read', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', { Name: 'CasdoorMcpFileServer' });
    synthesize({ stackName: 'Staging' }).hasResourceProperties('AWS::ApiGatewayV2::Api', { Name: 'Staging' });
  });

  it('throttles at the rates of the settings', () => {
    const throttledAt = (ThrottlingRateLimit: number, ThrottlingBurstLimit: number) => ({
      DefaultRouteSettings: { ThrottlingRateLimit, ThrottlingBurstLimit },
    });
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', throttledAt(50, 100));
    const other = synthesize({ rateLimit: '7', burstLimit: 9 });
    other.hasResourceProperties('AWS::ApiGatewayV2::Stage', throttledAt(7, 9));
  });

  it('lets browsers send what MCP needs and read the challenge, and never with credentials', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      ProtocolType: 'HTTP',
      CorsConfiguration: {
        AllowOrigins: ['*'],
        AllowMethods: ['GET', 'POST', 'DELETE'],
        AllowHeaders: [
          'authorization',
          'content-type',
          'mcp-protocol-version',
          'mcp-method',
          'mcp-name',
          'mcp-session-id',
          'last-event-id',
        ],
        ExposeHeaders: ['www-authenticate', 'mcp-session-id'],
        AllowCredentials: Match.absent(),
      },
    });
  });

  it('keeps its own endpoint open while there is no domain', () => {
    const [api] = propertiesOf(template, 'AWS::ApiGatewayV2::Api');
    expect(api?.DisableExecuteApiEndpoint ?? false).toBe(false);
  });
});

describe('the access log', () => {
  it('is a JSON line that says who asked for what and how long it took, and holds nothing of a token', () => {
    const [stage] = propertiesOf(template, 'AWS::ApiGatewayV2::Stage');
    // The shape of an AWS::ApiGatewayV2::Stage.
    const log = stage?.AccessLogSettings as { DestinationArn: unknown; Format: string } | undefined;
    expect(log?.DestinationArn).toEqual({ 'Fn::GetAtt': [expect.stringContaining('ApiAccessLog'), 'Arn'] });
    expect(JSON.parse(log?.Format ?? '')).toEqual({
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
      functionRequestId: '$context.integration.requestId',
      integrationError: '$context.integrationErrorMessage',
    });
  });
});
