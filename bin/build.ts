import { bundleFunctions, listStartFiles, toStartReport } from '../lib/bundle.ts';
import { readWords, runCommand } from '../ops/terminal/command.ts';

const help = `Bundles the functions into dist/lambda, and tells what a start of each reads.

  npm run --silent build -- [--report]

  --report  the bytes of each package and folder in them, the largest first
`;

const words = process.argv.slice(2);
const complain = (text: string) => process.stderr.write(text);
process.exitCode = await runCommand(words, { help, complain }, async () => {
  const { values } = readWords(words, { report: { type: 'boolean', default: false } });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  for (const [name, metafile] of Object.entries(await bundleFunctions())) {
    const files = listStartFiles(metafile);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    console.info(`${name}: a start reads ${bytes.toLocaleString('en')} bytes in ${files.length} files`);
    if (values.report) console.info(`${toStartReport(files)}\n`);
  }
  return 0;
});
