import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { bundleFunctions } from '../../lib/bundle.ts';

/** A package that has code in a bundle which is deployed. */
export interface DeployedPackage {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression. */
  readonly licence: string;
  /** Whether npm would run a script of it while it is installed. */
  readonly hasInstallScript: boolean;
}

interface LockedPackage {
  readonly version: string;
  readonly license?: string;
  readonly hasInstallScript?: boolean;
}

/** Lists the packages in the bundles by name and version, as the lock file knows them. Throws for one that it does not. */
export function listDeployedPackages(
  built: Awaited<ReturnType<typeof bundleFunctions>>,
): readonly DeployedPackage[] {
  const file = join(import.meta.dirname, '..', '..', 'package-lock.json');
  const { packages }: { packages: Readonly<Record<string, LockedPackage>> } = JSON.parse(
    readFileSync(file, 'utf8'),
  );
  const inputs = Object.values(built).flatMap((metafile) => Object.keys(metafile.inputs));
  const paths = new Set(
    inputs.flatMap((input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []),
  );
  const found = [...paths].map((path) => {
    const locked = packages[path];
    if (!locked) throw new Error(`package-lock.json has no ${path}, which is bundled`);
    const { version, license = 'none', hasInstallScript = false } = locked;
    return { name: path.replace(/^.*node_modules\//, ''), version, licence: license, hasInstallScript };
  });
  return found.toSorted((one, other) => (toId(one) < toId(other) ? -1 : 1));
}

function toId({ name, version }: DeployedPackage): string {
  return `${name}@${version}`;
}
