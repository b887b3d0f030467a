/** The part `shares`: the cost of a start and a call at the processor shares that Lambda gives to memory sizes. */
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readNumber } from './calls/arguments.ts';
import { openBench } from './calls/bench.ts';
import { product } from './calls/candidates.ts';
import { expectedText, toEvent } from './calls/events.ts';
import { beginReport, type Findings } from './calls/report.ts';
import type { BlockFigures, ColdFigures } from './calls/samples.ts';
import { shuffle, toQuartiles } from './calls/statistics.ts';

/** MB. From 1,769 MB on, a function has a whole processor (AWS Lambda developer guide, memory). */
const memorySizes = [256, 512, 768, 1024, 1769];
const wholeProcessor = 1_769;

/** US dollars, us-east-1, Arm, November 2026: a GB-second, and one of an environment that is kept warm. */
const gigabyteSecond = 0.0000133334;
const provisionedGigabyteSecond = 0.0000033334;

/** The assumed time of an S3 answer, in milliseconds: the stub of the bench answers at once. */
const waitForS3 = 20;

/** Microseconds; Lambda has been observed to hand out processor time in steps of this length. */
const period = 20_000;
const controller = '/sys/fs/cgroup/cpu';

interface Subject {
  readonly memorySize: number;
  readonly cold: ColdFigures[];
  readonly warm: BlockFigures[];
}

const rounds = readNumber('rounds', 5);
const group = join(controller, `bench-${process.pid}`);
if (!canLimit()) {
  console.info('shares: not measured, because it takes Linux, root and the cpu controller of cgroup v1');
  process.exit();
}
const bench = await openBench();
try {
  const report = beginReport('shares', { rounds, waitForS3, isPinned: bench.isPinned });
  const built = await bench.build(product);
  const event = toEvent('read_file', '2025-11-25', bench.token);
  const kept = bench.keep(event);
  const expected = expectedText.read_file;
  const blocks = bench.keep([{ event, expected, warmUp: 200, calls: 500 }]);
  const subjects = memorySizes.map((memorySize): Subject => ({ memorySize, cold: [], warm: [] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const { memorySize, cold, warm } of shuffle([...subjects])) {
      const options = { memorySize, limit: 300_000, prefix: limitTo(memorySize) };
      const now = String(performance.timeOrigin + performance.now());
      // The programs with these names write figures of these types.
      const argv = [kept, now, expected];
      cold.push((await bench.sample('cold', built, { ...options, argv })) as ColdFigures);
      const [figures] = (await bench.sample('warm', built, { ...options, argv: [blocks] })) as BlockFigures[];
      if (figures) warm.push(figures);
    }
    process.stderr.write(`round ${round + 1} of ${rounds}\r`);
  }
  report.write(summarize(subjects));
} finally {
  await bench.close();
  rmdirSync(group);
}

/** Makes the group if that is possible. */
function canLimit(): boolean {
  try {
    mkdirSync(group);
    return existsSync(join(group, 'cpu.cfs_quota_us'));
  } catch {
    return false;
  }
}

/** Sets the share of the group, and returns the command line that puts a process into it, on one processor. */
function limitTo(memorySize: number): readonly string[] {
  writeFileSync(join(group, 'cpu.cfs_period_us'), String(period));
  writeFileSync(join(group, 'cpu.cfs_quota_us'), String(Math.round((memorySize / wholeProcessor) * period)));
  const enter = `echo $$ > ${join(group, 'cgroup.procs')} && exec "$@"`;
  return ['sh', '-c', enter, 'sh', ...(bench.isPinned ? ['taskset', '--cpu-list', '1'] : [])];
}

function summarize(subjects: readonly Subject[]): Findings {
  const toCost = (memorySize: number, milliseconds: number) =>
    (memorySize / 1024) * (milliseconds / 1000) * gigabyteSecond;
  const toDollars = (dollars: number) => `$${dollars.toFixed(2)}`;
  return {
    goals: [],
    table: {
      head: [
        'Memory MB',
        'Processor',
        'Start ms',
        'of it load ms',
        'of it first call ms',
        'Call ms, mean, one after the other',
        'Call ms, median',
        'A million calls',
        'A million calls that wait for S3',
        'A million starts',
        'One kept warm, 30 days',
      ],
      rows: subjects.map(({ memorySize, cold, warm }) => {
        const mean = toQuartiles(warm.map((figures) => figures.mean / 1000));
        const median = toQuartiles(warm.map((figures) => figures.median / 1000));
        const total = toQuartiles(cold.map((figures) => figures.total));
        const million = (milliseconds: number) =>
          toDollars(toCost(memorySize, Math.ceil(milliseconds)) * 1e6);
        return [
          memorySize.toLocaleString('en'),
          (memorySize / wholeProcessor).toFixed(2),
          total,
          toQuartiles(cold.map(({ load }) => load)),
          toQuartiles(cold.map(({ firstCall }) => firstCall)),
          mean,
          median,
          million(mean.median),
          million(mean.median + waitForS3),
          million(total.median),
          toDollars((memorySize / 1024) * provisionedGigabyteSecond * 30 * 86_400),
        ];
      }),
    },
    chart: {
      title: 'Start to the first answer by memory, ms',
      bars: subjects.map(({ memorySize, cold }) => ({
        label: `B ${memorySize} MB`,
        value: toQuartiles(cold.map(({ total }) => total)),
      })),
    },
    cannot: [
      'With provisioned concurrency a caller waits for the first call only: the process is up and the module loaded before. Without it a caller waits for the whole start. Lambda is known to give a start more than its share, so that real ones are shorter at small sizes.',
      `Prices are those of us-east-1 for Arm in November 2026, duration only: a request costs $0.20 a million more. Lambda rounds up to a whole millisecond. The column with S3 adds ${waitForS3} ms, which is an assumption.`,
    ],
  };
}
