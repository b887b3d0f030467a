import { compareStack, type DeployedResource, findDifferences, listKept, toTable } from './compare.ts';

const bucket: DeployedResource = {
  type: 'AWS::S3::Bucket',
  id: 'files-1',
  wanted: { VersioningConfiguration: { Status: 'Enabled' } },
  state: 'there',
  actual: { VersioningConfiguration: { Status: 'Enabled' }, BucketName: 'files-1' },
};

describe('what differs from a template', () => {
  it.each([
    ['a value', { Timeout: 28 }, { Timeout: 3 }, ['Timeout']],
    ['a value within', { A: { B: ['x', { C: 1 }] } }, { A: { B: ['x', { C: 2 }] } }, ['A.B.1.C']],
    ['what is not there', { A: { B: 1 } }, {}, ['A']],
    ['a longer list', { A: ['x'] }, { A: ['x', 'y'] }, ['A']],
    ['a text for an object', { A: { B: 1 } }, { A: 'B' }, ['A']],
  ])('is %s', (_, wanted, actual, places) => {
    expect(findDifferences(wanted, actual)).toEqual(places);
  });

  it.each([
    ['a default of the service', { A: 1 }, { A: 1, B: 2 }],
    ['a number or a flag that an API writes as a text', { A: 1, B: true }, { A: '1', B: 'true' }],
  ])('is not %s', (_, wanted, actual) => {
    expect(findDifferences(wanted, actual)).toEqual([]);
  });
});

describe('the comparison of a stack', () => {
  const types = { Files: 'AWS::S3::Bucket', Meta: 'AWS::CDK::Metadata' };

  it('counts what is there as the template says', () => {
    const [row, ...others] = compareStack(types, { Files: bucket });
    expect(others).toEqual([]);
    expect(row).toMatchObject({ template: 1, created: 1, same: 1, isWrong: false });
  });

  it.each<[string, DeployedResource | undefined, string]>([
    ['is not there', undefined, 'Files: is not there'],
    ['was deleted', { ...bucket, state: 'gone', actual: null }, 'Files: is not there'],
    ['is otherwise', { ...bucket, actual: {} }, 'Files: VersioningConfiguration'],
    ['cannot be read, and should be', { ...bucket, state: 'unknown', actual: null }, 'Files: cannot be read'],
  ])('fails for a resource that %s', (_, resource, remark) => {
    const [row] = compareStack(types, resource ? { Files: resource } : {});
    expect(row).toMatchObject({ template: 1, same: 0, isWrong: true });
    expect(row?.remarks).toContain(remark);
  });

  it('lets pass what the emulator cannot hold, and says so', () => {
    const wanted = { ...bucket.wanted, MetricsConfigurations: [{ Id: 'EntireBucket' }] };
    const [row] = compareStack(types, { Files: { ...bucket, wanted } });
    expect(row).toMatchObject({ same: 1, isWrong: false, remarks: ['moto has no MetricsConfigurations'] });
  });

  it('neither counts as the same nor as wrong what the emulator has no API for', () => {
    const query = { ...bucket, type: 'AWS::Logs::QueryDefinition', state: 'unknown', actual: null } as const;
    const [row] = compareStack({ Query: query.type }, { Query: query });
    expect(row).toMatchObject({ template: 1, created: 0, same: 0, isWrong: false });
  });

  it('ends as a table with a sum', () => {
    const lines = toTable(compareStack(types, { Files: bucket })).split('\n');
    expect(lines.at(-1)).toMatch(/^all +1 +1 +1$/);
  });
});

describe('what stays of a stack', () => {
  it('is told by type and number', () => {
    const gone = { ...bucket, state: 'gone', actual: null } as const;
    expect(listKept({ Files: bucket, Logs: bucket, Role: gone })).toEqual(['2 AWS::S3::Bucket']);
  });
});
