import type { QuotaCounters } from '../../../lambda/mcp/quota.ts';

/** Counters in memory, which tell what they stand at. */
export interface KeptCounters extends QuotaCounters {
  readonly values: ReadonlyMap<string, number>;
}

/** Creates counters that work as those of the quota table. */
export function createCounters(): KeptCounters {
  const values = new Map<string, number>();
  return {
    values,
    async add(counter, amount, { limit }) {
      const used = values.get(counter) ?? 0;
      if (limit !== undefined && used >= limit) return false;
      values.set(counter, used + amount);
      return true;
    },
    read: async (counter) => values.get(counter) ?? 0,
  };
}
