import type { Template } from 'aws-cdk-lib/assertions';
import { bundleFunctions } from '../../lib/bundle.ts';
import { propertiesOf, synthesize } from '../support/synthesize.ts';

let template: Template;

beforeAll(async () => {
  await bundleFunctions();
  template = synthesize({ stackName: 'Staging' });
}, 120_000);

describe('the saved queries', () => {
  const find = (name: string) =>
    propertiesOf(template, 'AWS::Logs::QueryDefinition').find(({ Name }) => Name === `Staging/${name}`);

  it.each([
    [
      'who wrote this file',
      ["event = 'tool_call'", '@message like', 'write_file', 'delete_file', 'subject', 'etag'],
    ],
    ['why was this client refused', ["event = 'refused'", 'clientId', 'code', 'requestId']],
    ['slowest tools', ["event = 'tool_call'", 'pct(durationMs, 99)', 'by tool']],
  ])('answer "%s" from the log of the MCP function', (name, words) => {
    const query = find(name);
    for (const word of words) expect(query?.QueryString).toContain(word);
    expect(query?.LogGroupNames).toEqual([{ Ref: expect.stringContaining('McpLogs') }]);
  });

  it('answer "who was throttled" from the access log, in which a status is a text', () => {
    const query = find('who was throttled');
    expect(query?.LogGroupNames).toEqual([{ Ref: expect.stringContaining('ApiAccessLog') }]);
    expect(query?.QueryString).toContain('filter status like /^429$/');
    expect(query?.QueryString).toMatch(/count\(\*\) as calls.* by sourceIp/);
    const [stage] = propertiesOf(template, 'AWS::ApiGatewayV2::Stage');
    expect(stage?.AccessLogSettings).toMatchObject({
      Format: expect.stringMatching(/"status":"\$context\.status".*"functionRequestId":"/),
    });
    expect(stage?.AccessLogSettings).toMatchObject({
      Format: expect.stringContaining('"sourceIp":"$context.identity.sourceIp"'),
    });
  });

  it('take no tool that only reads for a writer', () => {
    expect(find('who wrote this file')?.QueryString).not.toMatch(/"(read_file|list_files|get_file_info)"/);
  });
});
