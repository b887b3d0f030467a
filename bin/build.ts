import { bundleFunctions } from '../lib/bundle.ts';

const built = await bundleFunctions();
for (const { outputs } of Object.values(built)) {
  for (const [file, { bytes }] of Object.entries(outputs))
    console.info(`${file} ${Math.ceil(bytes / 1024)} KB`);
}
