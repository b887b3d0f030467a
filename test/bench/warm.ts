/** The part `warm`: calls that follow one another in one process. */
import { createProgress } from '../../ops/terminal/progress.ts';
import { readNumber } from './calls/arguments.ts';
import { openBench } from './calls/bench.ts';
import { type BuiltCandidate, earlier, floor, peers, product } from './calls/candidates.ts';
import { type Era, expectedText, toEvent, type Work } from './calls/events.ts';
import { beginReport, type Findings, type Goal } from './calls/report.ts';
import type { Block, BlockFigures } from './calls/samples.ts';
import {
  compareRounds,
  type Quartiles,
  shuffle,
  toDifference,
  toQuartiles,
  toRatio,
} from './calls/statistics.ts';

interface Subject {
  readonly label: string;
  readonly candidate: BuiltCandidate;
  readonly works: readonly Work[];
  readonly blocks: string;
  /** One for each round, with the figures of each kind of call. */
  readonly samples: ReadonlyMap<Work, BlockFigures>[];
}

const counts: Readonly<Record<Work, Pick<Block, 'warmUp' | 'calls'>>> = {
  read_file: { warmUp: 600, calls: 2_000 },
  ping: { warmUp: 300, calls: 1_000 },
  'tools/list': { warmUp: 200, calls: 600 },
};

const rounds = readNumber('rounds', 7);
const memorySize = 1024;
const bench = await openBench();
try {
  const report = beginReport('warm', { rounds, isPinned: bench.isPinned });
  const candidates = await Promise.all([product, ...earlier, floor, ...peers].map(bench.build));
  const subjects = candidates.flatMap((candidate) => candidate.eras.map((era) => toSubject(candidate, era)));
  const progress = createProgress(process.stderr);
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of shuffle([...subjects])) subject.samples.push(await sample(subject));
    progress.show(`round ${round + 1} of ${rounds}`);
  }
  progress.clear();
  report.write(summarize(subjects));
} finally {
  await bench.close();
}

function toSubject(candidate: BuiltCandidate, era: Era): Subject {
  // Revision 2026-07-28 has no ping.
  const works: readonly Work[] =
    era === '2025-11-25' ? ['read_file', 'ping', 'tools/list'] : ['read_file', 'tools/list'];
  const blocks = works.map(
    (work): Block => ({
      event: toEvent(work, era, bench.token),
      expected: expectedText[work],
      ...counts[work],
    }),
  );
  const label = candidate.name === floor.name ? candidate.name : `${candidate.name} ${era.slice(0, 4)}`;
  return { label, candidate, works, blocks: bench.keep(blocks), samples: [] };
}

async function sample({ candidate, works, blocks }: Subject): Promise<ReadonlyMap<Work, BlockFigures>> {
  // The program with this name writes figures of this type, one for each block.
  const figures = (await bench.sample('warm', candidate, {
    argv: [blocks],
    memorySize,
    limit: 120_000,
  })) as BlockFigures[];
  return new Map(figures.flatMap((one, index) => (works[index] ? [[works[index], one]] : [])));
}

function summarize(subjects: readonly Subject[]): Findings {
  const read = (label: string, work: Work, pick: (figures: BlockFigures) => number) => {
    const subject = subjects.find((one) => one.label === label);
    return (subject?.samples ?? []).map((sample) => {
      const figures = sample.get(work);
      if (!figures) throw new Error(`nothing is measured as ${label} ${work}`);
      return pick(figures);
    });
  };
  const quartiles = (...wanted: Parameters<typeof read>) => toQuartiles(read(...wanted));
  const compare = (label: string, other: string, pick: (figures: BlockFigures) => number, how = toRatio) =>
    compareRounds(read(label, 'read_file', pick), read(other, 'read_file', pick), how);
  const median = ({ median }: BlockFigures) => median;
  const tail = ({ p99, median }: BlockFigures) => p99 / median;
  const allocated = ({ allocated }: BlockFigures) => allocated / 1024;

  const eraGoals = ['2025', '2026'].flatMap((era): Goal[] => {
    const rivals = subjects.filter(
      (one) => !['A', 'B', 'F'].includes(one.candidate.name) && one.label.endsWith(era),
    );
    const goal = (
      row: string,
      unit: Goal['unit'],
      atMost: number,
      measure: (label: string) => Quartiles,
    ): Goal => ({
      row: `${row}, ${era} era`,
      value: measure(`B ${era}`),
      before: earlier.length > 0 ? measure(`A ${era}`) : undefined,
      unit,
      atMost,
    });
    return [
      goal('read_file: more than F', 'us', 250, (label) => compare(label, 'F', median, toDifference)),
      ...rivals.map((rival) =>
        goal(`read_file: against ${rival.candidate.name}`, 'x', 1, (label) =>
          compare(label, rival.label, median),
        ),
      ),
      goal('allocated by a read_file', 'KB', 300, (label) => quartiles(label, 'read_file', allocated)),
      goal("p99 / median of read_file against F's", 'x', 1, (label) => compare(label, 'F', tail)),
      goal('tools/list', 'us', 200, (label) => quartiles(label, 'tools/list', median)),
      ...(era === '2025' ? [goal('ping', 'us', 160, (label) => quartiles(label, 'ping', median))] : []),
    ];
  });

  const cell = (subject: Subject, work: Work, pick: (figures: BlockFigures) => number): Quartiles | string =>
    subject.works.includes(work) ? quartiles(subject.label, work, pick) : 'cannot';
  return {
    goals: eraGoals,
    table: {
      head: [
        'Candidate',
        'read_file us',
        'read_file / F',
        'CPU us',
        'p99 us',
        'p99 / median',
        'KB a call',
        'ping us',
        'tools/list us',
        'RSS MB',
      ],
      rows: subjects.map((subject) => [
        `${subject.label}: ${subject.candidate.description}`,
        cell(subject, 'read_file', median),
        compare(subject.label, 'F', median),
        cell(subject, 'read_file', ({ cpu }) => cpu),
        cell(subject, 'read_file', ({ p99 }) => p99),
        cell(subject, 'read_file', tail),
        cell(subject, 'read_file', allocated),
        cell(subject, 'ping', median),
        cell(subject, 'tools/list', median),
        cell(subject, 'tools/list', ({ rss }) => rss / 1024 ** 2),
      ]),
    },
    chart: {
      title: 'read_file of 1 KB in a warm process, us',
      bars: subjects.map(({ label }) => ({ label, value: quartiles(label, 'read_file', median) })),
    },
    cannot: [
      'C answers no 2026-07-28, which the 1.x SDK does not speak. That revision has no ping. F lists one tool, C, D and E three, A and B all of their own.',
    ],
  };
}
