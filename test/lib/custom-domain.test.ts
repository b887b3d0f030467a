import { Match, type Template } from 'aws-cdk-lib/assertions';
import { bundleFunctions } from '../../lib/bundle.ts';
import { propertiesOf, synthesize } from '../support/synthesize.ts';

const domainName = 'files.example.com';
const certificateArn = 'arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555';
const zone = { hostedZoneId: 'Z0123456789', hostedZoneName: 'example.com' };

beforeAll(async () => void (await bundleFunctions()), 120_000);

function expectDomain(template: Template) {
  template.hasResourceProperties('AWS::ApiGatewayV2::Api', { DisableExecuteApiEndpoint: true });
  template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
    DomainName: domainName,
    DomainNameConfigurations: [Match.objectLike({ EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' })],
  });
  // No mapping key: it would stand in the path of every URL.
  template.hasResourceProperties('AWS::ApiGatewayV2::ApiMapping', {
    Stage: '$default',
    ApiMappingKey: Match.absent(),
  });
  const resources = propertiesOf(template, 'AWS::Lambda::Function').map(({ Environment }) => Environment);
  for (const environment of resources)
    expect(environment).toMatchObject({ Variables: { RESOURCE_URL: 'https://files.example.com/mcp' } });
  template.hasOutput('McpUrl', { Value: 'https://files.example.com/mcp' });
  template.hasOutput('MetadataUrl', {
    Value: 'https://files.example.com/.well-known/oauth-protected-resource/mcp',
  });
  expect(JSON.stringify(template.toJSON())).not.toContain('"ApiEndpoint"');
}

const hasRecord = (template: Template) =>
  template.hasResourceProperties('AWS::Route53::RecordSet', {
    Type: 'A',
    Name: 'files.example.com.',
    HostedZoneId: 'Z0123456789',
    AliasTarget: {
      DNSName: { 'Fn::GetAtt': [Match.stringLikeRegexp('Domain'), 'RegionalDomainName'] },
      HostedZoneId: { 'Fn::GetAtt': [Match.stringLikeRegexp('Domain'), 'RegionalHostedZoneId'] },
    },
  });

describe('a custom domain', () => {
  it('with a hosted zone proves its own certificate and gets a record', () => {
    const template = synthesize({ domainName, ...zone });
    expectDomain(template);
    template.hasResourceProperties('AWS::CertificateManager::Certificate', {
      DomainName: domainName,
      ValidationMethod: 'DNS',
      DomainValidationOptions: [{ DomainName: domainName, HostedZoneId: 'Z0123456789' }],
    });
    hasRecord(template);
  });

  it('with an existing certificate alone says where a record must lead', () => {
    const template = synthesize({ domainName, certificateArn });
    expectDomain(template);
    template.resourceCountIs('AWS::CertificateManager::Certificate', 0);
    template.resourceCountIs('AWS::Route53::RecordSet', 0);
    template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      DomainNameConfigurations: [Match.objectLike({ CertificateArn: certificateArn })],
    });
    template.hasOutput('DomainTarget', {
      Value: { 'Fn::GetAtt': [Match.stringLikeRegexp('Domain'), 'RegionalDomainName'] },
    });
  });

  it('with both takes the certificate and gets a record', () => {
    const template = synthesize({ domainName, certificateArn, ...zone });
    expectDomain(template);
    template.resourceCountIs('AWS::CertificateManager::Certificate', 0);
    hasRecord(template);
    expect(template.findOutputs('DomainTarget')).toEqual({});
  });
});
