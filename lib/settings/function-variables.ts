import { toMcpEnvironment, toMetadataEnvironment } from '../function-environment.ts';
import type { Given } from './contradictions.ts';
import type { DeploymentSettings } from './schema.ts';

/** What the variables of a function hold, in bytes: 4 KB (AWS Lambda developer guide, quotas). */
const maxBytes = 4096;

/** As long as AWS may make what only the deployment knows. */
const longest = {
  endpoint: 'x'.repeat('https://0123456789.execute-api.ap-northeast-1.amazonaws.com.cn'.length),
  bucketName: 'x'.repeat(63),
  added: {
    TENANT_ROLE_ARN: 'x'.repeat('arn:aws-us-gov:iam::123456789012:role/'.length + 64),
    QUOTA_TABLE: 'x'.repeat(255),
  },
};

/**
 * Finds variables of a function that would be too long; the deployment would fail half-way. `texts` are
 * the settings as they were given or are by default.
 */
export function findLongVariables(settings: DeploymentSettings, texts: Given): readonly string[] {
  const { publicUrl, domainName, stackName: serviceName } = settings;
  const resource = publicUrl ?? `${domainName ? `https://${domainName}` : longest.endpoint}/mcp`;
  const surroundings = {
    serviceName,
    bucketName: settings.bucketName ?? longest.bucketName,
    prefix: 'files/',
  };
  const functions = [
    { ...toMcpEnvironment(settings, resource, surroundings), ...longest.added },
    { ...toMetadataEnvironment(settings, resource) },
  ];
  return functions
    .filter((variables) => countBytes(variables) > maxBytes)
    .map(
      (variables) =>
        `shorten ${nameLongest(variables, texts)}: the variables of a Lambda function hold ${maxBytes} bytes, got ${countBytes(variables)}`,
    );
}

/** Lambda measures the JSON text of the variables, their names among them. */
function countBytes(variables: object): number {
  return Buffer.byteLength(JSON.stringify(variables));
}

/** The three longest of the settings that stand in the variables. */
function nameLongest(variables: object, texts: Given): string {
  const values = Object.values(variables).map(String);
  return Object.entries(texts)
    .map(([name, value]) => ({ name, text: Array.isArray(value) ? value.join(' ') : String(value) }))
    .filter(({ text }) => values.some((value) => value.includes(text)))
    .sort((one, other) => Buffer.byteLength(other.text) - Buffer.byteLength(one.text))
    .slice(0, 3)
    .map(({ name, text }) => `${name} (${Buffer.byteLength(text)} bytes)`)
    .join(', ');
}
