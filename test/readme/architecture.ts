import type { Template } from 'aws-cdk-lib/assertions';
import type { Statement } from '../support/synthesize.ts';

/** What is read of a resource; every type has some of it. */
interface Resource {
  readonly Type: string;
  readonly Properties?: {
    readonly RouteKey?: string;
    readonly ApiId?: unknown;
    readonly Target?: unknown;
    readonly IntegrationUri?: unknown;
    readonly AccessLogSettings?: unknown;
    readonly LoggingConfiguration?: unknown;
    readonly Environment?: { readonly Variables: Readonly<Record<string, unknown>> };
    readonly Role?: unknown;
    readonly Roles?: unknown;
    readonly PolicyDocument?: { readonly Statement: readonly Statement[] };
  };
}

type Resources = Readonly<Record<string, Resource>>;

interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

/** What is drawn as a box, by its type. Everything else is a part of a box, or an arrow. */
const boxes: Readonly<Record<string, string>> = {
  'AWS::ApiGatewayV2::Api': 'API Gateway HTTP API',
  'AWS::Lambda::Function': 'Lambda',
  'AWS::S3::Bucket': 'S3 bucket',
  'AWS::Logs::LogGroup': 'CloudWatch log group',
};

/** Draws a template as a Mermaid flow chart: its resources with the routes, rights and logs between them. */
export function toArchitecture(template: Template): string {
  const resources: Resources = template.toJSON().Resources;
  const variables = Object.values(resources).map(({ Properties }) => Properties?.Environment?.Variables);
  const alarms = Object.values(resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
  const lines = [
    'client(["MCP client"])',
    `issuer(["${variables.find((list) => list?.ISSUER)?.ISSUER}"])`,
    'xray(["X-Ray"])',
    `alarms["${alarms.length} alarms"]`,
    ...Object.entries(resources)
      .filter(([, { Type }]) => Type in boxes)
      .map(([id, { Type }]) => `${id}["${toName(id)}<br/>${boxes[Type]}"]`),
    'client -->|"signs in"| issuer',
    `client -->|"HTTPS"| ${Object.keys(resources).find((id) => resources[id]?.Type === 'AWS::ApiGatewayV2::Api')}`,
    ...mergeArrows(Object.keys(resources).flatMap((id) => listArrows(id, resources))),
    ...[...new Set(alarms.flatMap(findReferences))].map((id) => `alarms -.->|"watch"| ${id}`),
  ];
  return `\n\`\`\`mermaid\nflowchart LR\n${lines.map((line) => `  ${line}\n`).join('')}\`\`\`\n`;
}

/** The arrows that a resource is, or that begin at it. */
function listArrows(id: string, resources: Resources): readonly Arrow[] {
  const { Type, Properties = {} } = resources[id] ?? { Type: '' };
  const find = (value: unknown, type: string) =>
    findReferences(value).find((reference) => resources[reference]?.Type === type) ?? '';
  const api = find(Properties.ApiId, 'AWS::ApiGatewayV2::Api');

  if (Properties.RouteKey) {
    const integration = find(Properties.Target, 'AWS::ApiGatewayV2::Integration');
    const uri = resources[integration]?.Properties?.IntegrationUri;
    return [{ from: api, to: find(uri, 'AWS::Lambda::Function'), label: Properties.RouteKey }];
  }
  if (Properties.AccessLogSettings)
    return [
      { from: api, to: find(Properties.AccessLogSettings, 'AWS::Logs::LogGroup'), label: 'access log' },
    ];
  if (Properties.LoggingConfiguration)
    return [{ from: id, to: find(Properties.LoggingConfiguration, Type), label: 'access log' }];
  if (Properties.Environment?.Variables.JWKS_URL) return [{ from: id, to: 'issuer', label: 'key set' }];
  return listRights(Properties, resources);
}

/** What a policy allows to the function that has its role, as an arrow for each action. */
function listRights({ PolicyDocument, Roles }: NonNullable<Resource['Properties']>, resources: Resources) {
  const roles = findReferences(Roles);
  const from = Object.keys(resources).find((id) =>
    findReferences(resources[id]?.Properties?.Role).some((role) => roles.includes(role)),
  );
  if (!PolicyDocument || !from) return [];
  return PolicyDocument.Statement.flatMap(({ Action, Resource }) =>
    [Action].flat().map((action) => {
      const [service = '', label = ''] = action.split(':');
      return { from, to: findReferences(Resource)[0] ?? service, label };
    }),
  );
}

function mergeArrows(arrows: readonly Arrow[]): readonly string[] {
  const merged = Map.groupBy(arrows, ({ from, to }) => `${from} ${to}`);
  return [...merged.values()].map((group) => {
    const labels = group.map(({ label }) => label).join('<br/>');
    return `${group[0]?.from} -->|"${labels}"| ${group[0]?.to}`;
  });
}

/** The logical ids that a value refers to. */
function findReferences(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('Ref' in value) return [String(value.Ref)];
  if ('Fn::GetAtt' in value && Array.isArray(value['Fn::GetAtt'])) return [String(value['Fn::GetAtt'][0])];
  return Object.values(value).flatMap(findReferences);
}

/** A logical id without the hash at its end. */
function toName(id: string): string {
  return id.replace(/[0-9A-F]{8}$/, '');
}
