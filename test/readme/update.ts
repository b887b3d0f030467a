import { bundleFunctions } from '../../lib/bundle.ts';
import {
  toArchitectureChart,
  toChatgptTable,
  toMethodTable,
  toPackageTable,
  toSettingsTable,
  toStartSize,
  toTokenTable,
  toToolTable,
  writeSection,
} from './sections.ts';

const built = await bundleFunctions();
writeSection('tools', await toToolTable());
writeSection('chatgpt', await toChatgptTable());
writeSection('methods', toMethodTable());
writeSection('settings', toSettingsTable());
writeSection('tokens', toTokenTable());
writeSection('architecture', toArchitectureChart());
writeSection('packages', toPackageTable(built));
writeSection('bundle', String(toStartSize(built)));
