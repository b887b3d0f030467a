import { readFileSync, writeFileSync } from 'node:fs';
import { bundleFunctions } from '../../lib/bundle.ts';
import {
  readme,
  readSection,
  toArchitectureChart,
  toSettingsTable,
  toStartSize,
  toTokenTable,
  toToolTable,
} from './sections.ts';

const built = await bundleFunctions();
const sections = {
  tools: toToolTable(),
  settings: toSettingsTable(),
  tokens: toTokenTable(),
  architecture: toArchitectureChart(),
  bundle: String(toStartSize(built)),
};
let text = readFileSync(readme, 'utf8');
for (const [name, content] of Object.entries(sections)) {
  const tags = [`<!-- ${name} -->`, `<!-- /${name} -->`] as const;
  text = text.replace(tags[0] + readSection(name) + tags[1], () => tags[0] + content + tags[1]);
}
writeFileSync(readme, text);
