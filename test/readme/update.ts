import { bundleFunctions } from '../../lib/bundle.ts';
import {
  toArchitectureChart,
  toSettingsTable,
  toStartSize,
  toTokenTable,
  toToolTable,
  writeSection,
} from './sections.ts';

const built = await bundleFunctions();
writeSection('tools', toToolTable());
writeSection('settings', toSettingsTable());
writeSection('tokens', toTokenTable());
writeSection('architecture', toArchitectureChart());
writeSection('bundle', String(toStartSize(built)));
