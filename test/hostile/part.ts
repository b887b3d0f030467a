import type { Part } from '../soak/part.ts';
import { allAttacks } from './attacks/all.ts';
import { runAttacks } from './run-attacks.ts';
import { startTarget } from './target.ts';

/** The memory of the function, with room for the S3 server that runs in the same process, in MiB. */
const maxPeak = 900;

/** Every attack, sent to one process. */
export const hostileInput: Part = {
  what: 'every attack of test/hostile: bodies, headers, paths, patterns, cursors, tokens, events',
  maxMinutes: 20,
  async run({ seed, share, onProgress }) {
    const total = Math.ceil(allAttacks.reduce((sum, { runs }) => sum + runs, 0) * share);
    const failures: string[] = [];
    let sent = 0;
    let worst = 0;
    for (const attacks of allAttacks) {
      // Each kind has its own server, because a search takes longer with every file that other attacks have written.
      const target = await startTarget();
      try {
        const before = sent;
        const report = await runAttacks(attacks, target, {
          seed,
          share,
          onProgress: (now) => onProgress(before + now, total),
        });
        sent += report.sent;
        worst = Math.max(worst, report.worst);
        failures.push(...report.failures.map((failure) => `${attacks.name}: ${failure}`));
        await target.requireVictimIntact();
      } finally {
        await target.close();
      }
    }
    const peak = process.resourceUsage().maxRSS / 1024;
    if (peak > maxPeak) failures.push(`the process had ${Math.round(peak)} MiB, more than ${maxPeak}`);
    return { count: `${sent} requests`, worst, notes: `${allAttacks.length} sorts of attacks`, failures };
  },
};
