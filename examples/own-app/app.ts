import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { DomainName } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket } from 'aws-cdk-lib/aws-s3';
import { bundleFileServer, McpFileServer } from 'casdoor-mcp-file-server';

const app = new App();
const stack = new Stack(app, 'Documents');

// A bucket, a domain and a job of this app's own.
const bucket = new Bucket(stack, 'Bucket', {
  versioned: true,
  enforceSSL: true,
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
});
const certificate = Certificate.fromCertificateArn(
  stack,
  'Certificate',
  'arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555',
);
const domain = new DomainName(stack, 'Domain', { domainName: 'documents.example.com', certificate });
const job = new Role(stack, 'Job', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });

const server = new McpFileServer(stack, 'FileServer', {
  casdoorUrl: 'https://door.example.com',
  casdoorApplication: 'app-documents',
  allowedClientIds: ['documents-client'],
  allowedOrganizations: ['acme'],
  code: await bundleFileServer({ tools: 'tools.ts' }),
  bucket,
  domain,
});
server.grantFiles(job);
new CfnOutput(stack, 'McpUrl', { value: server.mcpUrl });
app.synth();
