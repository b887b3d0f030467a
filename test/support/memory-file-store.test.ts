import { describeFileStore } from '../lambda/files/file-store.contract.ts';
import { createMemoryFileStore } from './memory-file-store.ts';

describeFileStore(
  'the store in memory',
  async () => ({ store: createMemoryFileStore(), neighbour: createMemoryFileStore() }),
  { cannot: ['lose answers', 'hold keys of other programs', 'serve URLs'] },
);
