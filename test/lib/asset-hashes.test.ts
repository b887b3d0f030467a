import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { bundleFunctions } from '../../lib/bundle.ts';

const run = promisify(execFile);
const project = join(import.meta.dirname, '..', '..');
const sources = ['bin', 'lib', 'lambda', 'package.json', 'tsconfig.json'];

let temporary: string;

beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'clones-'));
});

afterAll(() => rm(temporary, { recursive: true, force: true }));

/** The packages of which something gets into a bundle. */
async function listBundledPackages(): Promise<ReadonlySet<string>> {
  const inputs = Object.values(await bundleFunctions()).flatMap(({ inputs }) => Object.keys(inputs));
  return new Set(inputs.flatMap((input) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? []));
}

/** The names of all installed packages. */
async function listPackages(): Promise<string[]> {
  const names = await readdir(join(project, 'node_modules'));
  const scoped = names
    .filter((name) => name.startsWith('@'))
    .map(async (scope) =>
      (await readdir(join(project, 'node_modules', scope))).map((name) => `${scope}/${name}`),
    );
  return [...names.filter((name) => !/^[@.]/.test(name)), ...(await Promise.all(scoped)).flat()];
}

/** A tree as a clone has it: packages that get into a bundle lie in it, because their paths may. The rest is linked. */
async function clone(directory: string, bundled: ReadonlySet<string>): Promise<void> {
  for (const name of sources) await cp(join(project, name), join(directory, name), { recursive: true });
  for (const name of await listPackages()) {
    const [from, to] = [join(project, 'node_modules', name), join(directory, 'node_modules', name)];
    await mkdir(dirname(to), { recursive: true });
    if (bundled.has(name))
      await cp(from, to, { recursive: true, filter: (file) => !/\.(map|d\.[cm]?ts)$/.test(file) });
    else await symlink(from, to);
  }
}

/** Synthesizes in a clone, as `cdk synth` does, and answers the template and the files beside it. */
async function synthesize(directory: string, timeZone: string) {
  const context = {
    casdoorUrl: 'https://door.example.com',
    allowedClientIds: 'a',
    allowedOrganizations: 'acme',
    // A version of the function, whose id has a hash of it.
    provisionedConcurrency: 1,
    '@aws-cdk/core:validateAgainstDefaultRules': true,
  };
  const outdir = join(directory, 'cdk.out');
  const { stdout, stderr } = await run(process.execPath, ['bin/app.ts'], {
    cwd: directory,
    env: {
      PATH: process.env.PATH,
      TZ: timeZone,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify(context),
    },
  });
  const template = await readFile(join(outdir, 'CasdoorMcpFileServer.template.json'), 'utf8');
  const assets = (await readdir(outdir)).filter((name) => name.startsWith('asset.'));
  return { printed: stdout + stderr, template, assets };
}

describe('two clones of one tree', () => {
  it('synthesize the same template with the same assets, silently, so that a second deployment changes nothing', async () => {
    const bundled = await listBundledPackages();
    expect(bundled).toContain('@aws-sdk/client-s3');
    const places = [join(temporary, 'one'), join(temporary, 'a', 'much', 'deeper', 'place', 'two')];
    await Promise.all(places.map((place) => clone(place, bundled)));
    const [one, two] = await Promise.all(
      places.map((place, index) => synthesize(place, index === 0 ? 'UTC' : 'Asia/Tokyo')),
    );
    expect(one?.assets).toHaveLength(2);
    expect(one?.template).toContain('AWS::Lambda::Version');
    expect(two).toEqual(one);
    expect(one?.printed).toBe('');
  }, 180_000);
});
