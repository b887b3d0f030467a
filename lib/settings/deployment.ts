import * as z from 'zod';
import { isSecureResource } from '../secure-url.ts';
import { arn, count, flag, hostName, listWithBlanks, oneOf } from './rules.ts';

/** The retentions that CloudWatch Logs knows, in days: PutRetentionPolicy. */
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/**
 * A key of a tag and its value. AWS reserves keys that begin with aws: in any case, and would refuse them during a
 * deployment (AWS General Reference, "Tagging AWS resources").
 */
const tag = z.string().regex(/^(?![aA][wW][sS]:)[\p{L}\d _.:/+@-]{1,128}=[\p{L}\d _.:/=+@-]{0,256}$/u);

/** How many tags of an owner one resource has at most (AWS General Reference, "Tagging AWS resources"). */
const maxTags = 50;

/** AWS would take the last of two values for one key, and say nothing. */
function hasDistinctKeys(tags: readonly string[]): boolean {
  return new Set(tags.map((text) => text.split('=')[0])).size === tags.length;
}

/** Settings of the stack and its resources: address, bucket, capacity, and what an operator is told. */
export const deploymentSettings = {
  stackName: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,127}$/)
    .default('CasdoorMcpFileServer')
    .describe('the name of the stack, one for each environment of an account'),
  publicUrl: z
    .string()
    .refine(isSecureResource)
    .optional()
    .describe('the https URL under which clients reach this server, ending in /mcp'),
  domainName: hostName()
    .optional()
    .describe(
      'a host name of your own, such as files.example.com; the URL is then https://files.example.com/mcp',
    ),
  certificateArn: arn('acm', 'certificate/[0-9a-f-]{36}')
    .optional()
    .describe('the ARN of an ACM certificate of the stack’s region; without it the hosted zone proves one'),
  hostedZoneId: z
    .string()
    .regex(/^Z[A-Z0-9]{1,31}$/)
    .optional()
    .describe('the id of the Route 53 zone that gets the record of domainName'),
  hostedZoneName: hostName().optional().describe('the name of that zone, such as example.com'),
  bucketName: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/)
    .optional()
    .describe('the name of an existing bucket, versioned and without dots in its name'),
  kmsKeyArn: arn('kms', 'key/([0-9a-f-]{36}|mrk-[0-9a-f]{32})')
    .optional()
    .describe('the ARN of the KMS key of the bucket'),
  terminationProtection: flag()
    .default(false)
    .describe('true to let nobody delete the stack until it is false again'),
  removalPolicy: z
    .enum(['retain', 'destroy'])
    .default('retain')
    .describe('retain, or destroy to delete files and logs with the stack; a bucket only when it is empty'),
  logRetentionDays: oneOf(retentions)
    .default(30)
    .describe(`a number of days to keep logs, of ${retentions.join(', ')}`),
  mcpMemory: count(256, 10_240)
    .default(1024)
    .describe('the memory of the MCP function in MB: a whole number, at least 256, up to 10240'),
  reservedConcurrency: count(1)
    .optional()
    .describe(
      'how many requests the MCP function answers at once, taken from the account’s: a whole number, at least 1',
    ),
  provisionedConcurrency: count(1)
    .optional()
    .describe(
      'how many environments of the MCP function are kept warm and paid by the hour: a whole number, at least 1',
    ),
  accountConcurrency: count(1)
    .default(1000)
    .describe('how many executions the account may run at once: a whole number, at least 1'),
  rateLimit: count(1)
    .default(50)
    .describe('how many requests the API takes in a second: a whole number, at least 1'),
  burstLimit: count(1)
    .default(100)
    .describe('how many requests the API takes at once: a whole number, at least 1'),
  alarmEmail: z.email().optional().describe('an e-mail address that is told of alarms'),
  permissionsBoundaryArn: arn('iam', 'policy/[\\w+=,.@/-]+')
    .optional()
    .describe('the ARN of the policy that bounds every role'),
  tags: listWithBlanks(tag)
    .refine(hasDistinctKeys)
    .refine((tags) => tags.length <= maxTags)
    .describe(
      `at most ${maxTags} key=value pairs separated by commas, each key once and none beginning with aws:, put on every resource as tags`,
    ),
};
