import { Stack } from 'aws-cdk-lib';
import { CfnQueryDefinition, type LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { findScopes, scopesOfTools } from '../lambda/tools/scopes.ts';

/** Where the saved queries look. */
export interface QueriesProps {
  /** The log of the MCP function. */
  readonly log: LogGroup;
  /** The log of the gateway. */
  readonly accessLog: LogGroup;
}

const writingTools = Object.keys(scopesOfTools).filter((tool) =>
  findScopes(scopesOfTools, tool)?.includes('files:write'),
);

const whoWroteThisFile = `\
# Put in the hash of the path: printf %s 'notes/today.md' | sha256sum | cut -c1-16
fields @timestamp, tool, outcome, subject, organization, clientId, bytes, etag, pathHash, requestId
| filter event = 'tool_call' and @message like '0000000000000000'
| filter tool in ${JSON.stringify(writingTools)}
| sort @timestamp desc
| limit 100`;

const whyWasThisClientRefused = `\
# A token that was not accepted names nobody: look for the time, or for the functionRequestId of the access log.
fields @timestamp, code, claim, quota, tool, subject, organization, clientId, requestId, @message
| filter event = 'refused'
| sort @timestamp desc
| limit 100`;

const slowestTools = `\
filter event = 'tool_call'
| stats count(*) as calls, pct(durationMs, 50) as p50, pct(durationMs, 99) as p99, max(durationMs) as slowest by tool
| sort p99 desc`;

// Every value of the access log is a text.
const whoWasThrottled = `\
# In the access log. What is beyond a quota counts too; what the gateway turned away has the functionRequestId -.
filter status like /^429$/
| stats count(*) as calls, max(@timestamp) as last by sourceIp, userAgent
| sort calls desc
| limit 100`;

/** Questions that operators ask the log, saved in Logs Insights under the name of the stack. */
export class Queries extends Construct {
  constructor(scope: Construct, id: string, { log, accessLog }: QueriesProps) {
    super(scope, id);
    const save = (queryId: string, name: string, queryString: string, { logGroupName } = log) =>
      new CfnQueryDefinition(this, queryId, {
        name: `${Stack.of(this).stackName}/${name}`,
        queryString,
        logGroupNames: [logGroupName],
      });
    save('Writers', 'who wrote this file', whoWroteThisFile);
    save('Refusals', 'why was this client refused', whyWasThisClientRefused);
    save('SlowTools', 'slowest tools', slowestTools);
    save('Throttled', 'who was throttled', whoWasThrottled, accessLog);
  }
}
