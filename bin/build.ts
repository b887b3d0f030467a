import { parseArgs } from 'node:util';
import { bundleFunctions, listStartFiles, toStartReport } from '../lib/bundle.ts';

const { values } = parseArgs({ options: { report: { type: 'boolean', default: false } } });
for (const [name, metafile] of Object.entries(await bundleFunctions())) {
  const files = listStartFiles(metafile);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  console.info(`${name}: a start reads ${bytes.toLocaleString('en')} bytes in ${files.length} files`);
  if (values.report) console.info(`${toStartReport(files)}\n`);
}
