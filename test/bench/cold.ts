/** The part `cold`: from the spawn of a process to its first answer. */
import { createProgress } from '../../ops/terminal/progress.ts';
import { readNumber } from './calls/arguments.ts';
import { openBench } from './calls/bench.ts';
import { type BuiltCandidate, earlier, empty, floor, metadata, peers, product } from './calls/candidates.ts';
import { type Era, expectedText, toEvent, toMetadataEvent } from './calls/events.ts';
import { beginReport, type Findings, type Goal } from './calls/report.ts';
import type { ColdFigures } from './calls/samples.ts';
import { compareRounds, type Quartiles, shuffle, toQuartiles, toRatio } from './calls/statistics.ts';

interface Subject {
  readonly label: string;
  readonly candidate: BuiltCandidate;
  readonly event: string;
  readonly expected: string;
  readonly samples: ColdFigures[];
}

const rounds = readNumber('rounds', 30);
const memorySize = 1024;
const bench = await openBench();
try {
  const report = beginReport('cold', { rounds, isPinned: bench.isPinned });
  const subjects = await createSubjects();
  // The first process of each candidate reads its files from the disk.
  for (const subject of subjects) await sample(subject);
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

async function createSubjects(): Promise<Subject[]> {
  const callers = await Promise.all([product, ...earlier, floor, ...peers].map(bench.build));
  const calls = callers.flatMap((candidate) =>
    candidate.eras.map((era) =>
      toSubject(
        candidate,
        toLabel(candidate.name, era),
        toEvent('read_file', era, bench.token),
        expectedText.read_file,
      ),
    ),
  );
  const [document, nothing] = [await bench.build(metadata), await bench.build(empty)];
  return [
    ...calls,
    toSubject(document, metadata.name, toMetadataEvent(), 'authorization_servers'),
    toSubject(nothing, empty.name, toMetadataEvent(), ''),
  ];
}

function toSubject(candidate: BuiltCandidate, label: string, event: unknown, expected: string): Subject {
  return { label, candidate, event: bench.keep(event), expected, samples: [] };
}

function toLabel(name: string, era: Era): string {
  return name === floor.name ? name : `${name} ${era.slice(0, 4)}`;
}

async function sample({ candidate, event, expected }: Subject): Promise<ColdFigures> {
  const now = performance.timeOrigin + performance.now();
  const argv = [event, String(now), expected];
  // The program with this name writes figures of this type.
  return (await bench.sample('cold', candidate, { argv, memorySize, limit: 30_000 })) as ColdFigures;
}

function summarize(subjects: readonly Subject[]): Findings {
  const find = (label: string) => {
    const subject = subjects.find((one) => one.label === label);
    if (!subject) throw new Error(`nothing is measured as ${label}`);
    return subject;
  };
  const compare = (label: string, other: string, read = (figures: ColdFigures) => figures.total) =>
    compareRounds(find(label).samples.map(read), find(other).samples.map(read), toRatio);
  const goal = (
    row: string,
    atMost: number,
    measure: (label: (era: string) => string) => Quartiles,
  ): Goal => ({
    row,
    value: measure((era) => `B ${era}`),
    before: earlier.length > 0 ? measure((era) => `A ${era}`) : undefined,
    unit: 'x',
    atMost,
  });
  return {
    goals: [
      goal('cold start against F, 2025 era', 1.15, (label) => compare(label('2025'), 'F')),
      goal('cold start against F, 2026 era', 1.15, (label) => compare(label('2026'), 'F')),
      goal('processor time of a start against F, 2025 era', 1.15, (label) =>
        compare(label('2025'), 'F', ({ cpu }) => cpu),
      ),
      goal('processor time of a start against F, 2026 era', 1.15, (label) =>
        compare(label('2026'), 'F', ({ cpu }) => cpu),
      ),
      goal('cold start against C, 2025 era', 0.62, (label) => compare(label('2025'), 'C 2025')),
      { row: 'metadata function against an empty handler', value: compare('M', 'G'), unit: 'x', atMost: 1.1 },
      {
        ...goal('bytes that a start reads', 700_000, (label) =>
          toQuartiles([find(label('2025')).candidate.start.bytes]),
        ),
        unit: 'bytes',
      },
    ],
    table: {
      head: [
        'Candidate',
        'Total ms',
        'Total / F',
        'CPU ms',
        'CPU / F',
        'Load ms',
        'First call ms',
        'RSS MB',
        'Files',
        'Bytes',
      ],
      rows: subjects.map(({ label, candidate, samples }) => [
        `${label}: ${candidate.description}`,
        toQuartiles(samples.map(({ total }) => total)),
        compare(label, 'F'),
        toQuartiles(samples.map(({ cpu }) => cpu)),
        compare(label, 'F', ({ cpu }) => cpu),
        toQuartiles(samples.map(({ load }) => load)),
        toQuartiles(samples.map(({ firstCall }) => firstCall)),
        toQuartiles(samples.map(({ rss }) => rss / 1024 ** 2)),
        candidate.start.files,
        candidate.start.bytes,
      ]),
    },
    chart: {
      title: 'Cold start to the first answer, ms',
      bars: subjects.map(({ label, samples }) => ({
        label,
        value: toQuartiles(samples.map(({ total }) => total)),
      })),
    },
    cannot: ['C answers no 2026-07-28: the 1.x SDK does not speak it.'],
  };
}
