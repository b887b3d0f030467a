/** A resource of a synthesized template. */
export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** A synthesized template. */
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
}

/** Names that a deployment gives, by logical id; any other resource is named after its id. */
export type Names = Readonly<Record<string, string>>;

const pseudoParameters: Names = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'eu-central-1',
  'AWS::AccountId': '111122223333',
};

const inAccount = 'eu-central-1:111122223333';

/** The value of `Fn::GetAtt` for `Arn`, by the type of the resource. */
const arns: Readonly<Record<string, (name: string) => string>> = {
  'AWS::S3::Bucket': (name) => `arn:aws:s3:::${name}`,
  'AWS::IAM::Role': (name) => `arn:aws:iam::111122223333:role/${name}`,
  'AWS::DynamoDB::GlobalTable': (name) => `arn:aws:dynamodb:${inAccount}:table/${name}`,
  'AWS::Logs::LogGroup': (name) => `arn:aws:logs:${inAccount}:log-group:${name}:*`,
};

/** Replaces the intrinsics within a value by example values of an account. Throws for one that is not known here. */
export function resolveIntrinsics(value: unknown, template: Template, names: Names): unknown {
  const resolve = (inner: unknown): unknown => resolveIntrinsics(inner, template, names);
  if (Array.isArray(value)) return value.map(resolve);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [name = '', argument] = entries[0] ?? [];
  if (entries.length !== 1 || !/^(Ref$|Fn::)/.test(name)) {
    return Object.fromEntries(entries.map(([key, inner]) => [key, resolve(inner)]));
  }
  return resolveIntrinsic(name, resolve(argument), template, names);
}

function resolveIntrinsic(name: string, argument: unknown, template: Template, names: Names): unknown {
  if (name === 'Ref' && typeof argument === 'string') {
    const value = pseudoParameters[argument] ?? names[argument];
    if (value !== undefined) return value;
    if (template.Resources[argument]) return argument;
  }
  if (name === 'Fn::GetAtt' && Array.isArray(argument)) {
    const [id, attribute] = argument.map(String);
    const toArn = arns[template.Resources[id ?? '']?.Type ?? ''];
    if (id !== undefined && attribute === 'Arn' && toArn) return toArn(names[id] ?? id);
  }
  if (name === 'Fn::Join' && Array.isArray(argument)) {
    const [separator, parts] = argument;
    if (Array.isArray(parts)) return parts.map(String).join(String(separator));
  }
  throw new Error(`say what ${JSON.stringify({ [name]: argument })} is in a deployment`);
}
