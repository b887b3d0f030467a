import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { startFunction } from '../../local/lambda/function.ts';

const project = join(import.meta.dirname, '..', '..');
const run = promisify(execFile);
const quietly = ['--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts'];

let directory: string;
let template: Template;

/** The app of `examples/own-app`, with this package installed from its tarball as any other. */
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'own-app-'));
  await cp(join(project, 'examples', 'own-app'), directory, { recursive: true });
  const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', directory], {
    cwd: project,
  });
  const tarball = join(directory, stdout.trim().split('\n').at(-1) ?? '');
  await run('npm', ['install', ...quietly, tarball], { cwd: directory });
  const env = { ...process.env, CDK_OUTDIR: 'cdk.out' };
  await run(process.execPath, ['app.ts'], { cwd: directory, env });
  const text = await readFile(join(directory, 'cdk.out', 'Documents.template.json'), 'utf8');
  template = Template.fromJSON(JSON.parse(text));
}, 600_000);

afterAll(() => rm(directory, { recursive: true, force: true }));

describe('an app of another team', () => {
  it('is of the right types', async () => {
    const tsc = join(project, 'node_modules', 'typescript', 'bin', 'tsc');
    await run(process.execPath, [tsc, '-p', directory]);
  }, 120_000);

  it('serves its own bucket at its own domain', () => {
    template.resourceCountIs('AWS::S3::Bucket', 1);
    const [bucket] = Object.keys(template.findResources('AWS::S3::Bucket'));
    template.hasResourceProperties('AWS::Lambda::Function', {
      Description: 'MCP file tools',
      Environment: {
        Variables: Match.objectLike({
          FILES_BUCKET: { Ref: bucket },
          ISSUER: 'https://door.example.com',
          ALLOWED_CLIENT_IDS: 'documents-client',
          SERVICE_NAME: 'Documents',
        }),
      },
    });
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', { DisableExecuteApiEndpoint: true });
    expect(JSON.stringify(template.findOutputs('McpUrl'))).toMatch(/https:\/\/.*\/mcp/);
  });

  it('grants its job the files, and no version of them', () => {
    const [role] = Object.keys(template.findResources('AWS::IAM::Role')).filter((id) => /^Job/.test(id));
    template.hasResourceProperties('AWS::IAM::Policy', {
      Roles: [{ Ref: role }],
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject', 's3:DeleteObject'],
          }),
        ]),
      },
    });
  });

  it('uploads its own tool with the others, and lists it on the connect page', async () => {
    const built = join(directory, 'dist', 'mcp-file-server');
    const files = await readdir(join(built, 'mcp'));
    const code = await Promise.all(files.map((file) => readFile(join(built, 'mcp', file), 'utf8')));
    expect(code.some((text) => text.includes('Count the words in the first MiB'))).toBe(true);
    expect(code.some((text) => text.includes('"search_files"'))).toBe(true);
    const page = await readFile(join(built, 'metadata', 'connect-page.json'), 'utf8');
    expect(JSON.parse(page).html).toContain('<code>count_words</code></td><td>files:read');
  });

  it('starts with them', async () => {
    const functions = Object.values(template.findResources('AWS::Lambda::Function'));
    const { Properties } = functions.find((each) => each.Properties.Description === 'MCP file tools') ?? {};
    const variables: Readonly<Record<string, unknown>> = Properties.Environment.Variables;
    const texts = Object.entries(variables).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : 'documents',
    ]);
    const lines: string[] = [];
    const started = await startFunction(
      {
        name: 'own',
        directory: join(directory, 'dist', 'mcp-file-server', 'mcp'),
        handler: Properties.Handler,
        memorySize: Properties.MemorySize,
        timeoutSeconds: Properties.Timeout,
        // No key set is loaded from there.
        environment: {
          ...Object.fromEntries(texts),
          JWKS_URL: 'http://127.0.0.1:9/jwks',
          RESOURCE_URL: 'https://documents.example.com/mcp',
        },
      },
      { log: (line) => lines.push(line) },
    );
    await started.stop();
    expect(lines.join('\n')).not.toMatch(/Error:/);
  }, 60_000);
});
