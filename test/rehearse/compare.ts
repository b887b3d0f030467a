/** A resource of a deployed stack, as `read.py` writes it. */
export interface DeployedResource {
  readonly type: string;
  readonly id: string;
  /** The properties of the template, all references followed. */
  readonly wanted: Readonly<Record<string, unknown>>;
  /** `unknown` where the emulator has no API to read it by. */
  readonly state: 'there' | 'gone' | 'unknown';
  readonly actual: Readonly<Record<string, unknown>> | null;
}

/** The resources of a deployed stack by their logical ids. */
export type DeployedStack = Readonly<Record<string, DeployedResource>>;

/** What moto 5.2 cannot hold: types that it has no API for, and properties that it drops. */
export const notInMoto: readonly string[] = [
  'AWS::Logs::QueryDefinition',
  'AWS::Lambda::Function LoggingConfig',
  'AWS::S3::Bucket MetricsConfigurations',
];

/**
 * The places where what is there is not what the template wants, such as `Dimensions.0.Value`. Whatever else is there
 * is a default of the service. Numbers and flags are compared by their texts, in which some APIs answer them.
 */
export function findDifferences(wanted: unknown, actual: unknown, path: readonly string[] = []): string[] {
  if (wanted === null || wanted === undefined) return [];
  if (typeof wanted !== 'object') return String(wanted) === String(actual) ? [] : [path.join('.')];
  if (typeof actual !== 'object' || actual === null) return [path.join('.')];
  const isOtherList = Array.isArray(wanted) && (!Array.isArray(actual) || actual.length !== wanted.length);
  if (isOtherList) return [path.join('.')];
  const values: Readonly<Record<string, unknown>> = { ...actual };
  return Object.entries(wanted).flatMap(([name, value]) =>
    findDifferences(value, values[name], [...path, name]),
  );
}

/** A line of the table: one type of resource. */
export interface Row {
  readonly type: string;
  /** How many the template has, how many are there, and how many of these are as the template says. */
  readonly template: number;
  readonly created: number;
  readonly same: number;
  /** What is not as the template says, and what could not be compared. */
  readonly remarks: readonly string[];
  readonly isWrong: boolean;
}

/** Compares what a template has, by logical id and type, with what was deployed of it. */
export function compareStack(
  types: Readonly<Record<string, string>>,
  deployed: DeployedStack,
): readonly Row[] {
  // It tells the CDK's authors what is used, and makes nothing.
  const ids = Object.keys(types).filter((id) => types[id] !== 'AWS::CDK::Metadata');
  const names = [...new Set(ids.map((id) => types[id] ?? ''))].sort();
  return names.map((type) => {
    const compared = ids
      .filter((id) => types[id] === type)
      .map((id) => ({ id, ...compareResource(deployed[id]) }));
    const wrong = compared.filter(({ differences }) => differences.length > 0);
    const known = notInMoto.filter((text) => text.split(' ')[0] === type);
    return {
      type,
      template: compared.length,
      created: compared.filter(({ isThere }) => isThere).length,
      same: compared.length - wrong.length - compared.filter(({ isUnread }) => isUnread).length,
      remarks: [
        ...wrong.map(({ id, differences }) => `${id}: ${differences.join(', ')}`),
        ...known.map((text) => `moto has no ${text.split(' ')[1] ?? 'API to read it'}`),
      ],
      isWrong: wrong.length > 0,
    };
  });
}

function compareResource(resource: DeployedResource | undefined) {
  if (!resource || resource.state === 'gone') {
    return { isThere: false, isUnread: false, differences: ['is not there'] };
  }
  const { type, wanted, actual, state } = resource;
  if (state === 'unknown') {
    const isKnown = notInMoto.includes(type);
    return { isThere: false, isUnread: isKnown, differences: isKnown ? [] : ['cannot be read'] };
  }
  const isHeld = (path: string) => !notInMoto.includes(`${type} ${path.split('.')[0]}`);
  return { isThere: true, isUnread: false, differences: findDifferences(wanted, actual).filter(isHeld) };
}

/** The table of the resources, with a sum at its end. */
export function toTable(rows: readonly Row[]): string {
  const sum = (of: 'template' | 'created' | 'same') => rows.reduce((all, row) => all + row[of], 0);
  const total = { type: 'all', template: sum('template'), created: sum('created'), same: sum('same') };
  const lines = [
    ['resource', 'template', 'created', 'as the template says', ''],
    ...[...rows, { ...total, remarks: [] }].map((row) => [
      row.type,
      ...[row.template, row.created, row.same].map(String),
      row.remarks.join('; '),
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** What is still there of a stack that was deleted, by type and number: `2 AWS::S3::Bucket`. */
export function listKept(deployed: DeployedStack): readonly string[] {
  const kept = Object.values(deployed).filter(({ state }) => state === 'there');
  const types = [...new Set(kept.map(({ type }) => type))].sort();
  return types.map((type) => `${kept.filter((each) => each.type === type).length} ${type}`);
}
