/** The part `memory`: what a process of a function of 256 MB holds after many calls. */
import { createProgress } from '../../ops/terminal/progress.ts';
import { readNumber } from './calls/arguments.ts';
import { openBench } from './calls/bench.ts';
import { type BuiltCandidate, earlier, floor, peers, product } from './calls/candidates.ts';
import { type Era, expectedText, toEvent } from './calls/events.ts';
import { beginReport, type Findings, type Goal } from './calls/report.ts';
import { toQuartiles } from './calls/statistics.ts';

interface Subject {
  readonly label: string;
  readonly candidate: BuiltCandidate;
  /** Resident bytes after each of the counts. */
  readonly resident: readonly number[];
}

const calls = readNumber('calls', 20_000);
const counts = [1_000, calls];
const memorySize = 256;
const bench = await openBench();
try {
  const report = beginReport('memory', { calls, memorySize, isPinned: bench.isPinned });
  const [express] = peers;
  const candidates = [floor, product, ...earlier, ...(express ? [express] : [])];
  const subjects: Subject[] = [];
  const progress = createProgress(process.stderr);
  for (const candidate of await Promise.all(candidates.map(bench.build))) {
    for (const era of candidate.eras) {
      progress.show(`${candidate.name}, ${era}: ${calls} calls`);
      subjects.push(await measure(candidate, era));
    }
  }
  progress.clear();
  report.write(summarize(subjects));
} finally {
  await bench.close();
}

async function measure(candidate: BuiltCandidate, era: Era): Promise<Subject> {
  const event = bench.keep(toEvent('read_file', era, bench.token));
  const argv = [event, counts.join(','), expectedText.read_file];
  // The program with this name writes one number for each count.
  const resident = (await bench.sample('memory', candidate, {
    argv,
    memorySize,
    limit: 60_000 + calls * 10,
  })) as number[];
  const label = candidate.name === floor.name ? candidate.name : `${candidate.name} ${era.slice(0, 4)}`;
  return { label, candidate, resident };
}

function summarize(subjects: readonly Subject[]): Findings {
  const last = ({ resident }: Subject) => resident.at(-1) ?? Number.NaN;
  const growth = (subject: Subject) => last(subject) / (subject.resident[0] ?? Number.NaN);
  const bottom = subjects.find(({ candidate }) => candidate.name === floor.name);
  if (!bottom) throw new Error('the floor was not measured');
  const one = (value: number) => toQuartiles([value]);
  const ours = subjects.filter(({ candidate }) => candidate.name === product.name);
  const before = ({ label }: Subject, measure: (subject: Subject) => number) => {
    const subject = subjects.find((other) => other.label === label.replace(product.name, 'A'));
    return subject && one(measure(subject));
  };
  return {
    goals: ours.flatMap((subject): Goal[] => [
      {
        row: `${subject.label}: resident, against F`,
        value: one(last(subject) / last(bottom)),
        before: before(subject, (other) => last(other) / last(bottom)),
        unit: 'x',
        atMost: 1.08,
      },
      {
        row: `${subject.label}: growth after 1,000 calls`,
        value: one(growth(subject)),
        before: before(subject, growth),
        unit: 'x',
        atMost: 1.03,
      },
    ]),
    table: {
      head: ['Candidate', ...counts.map((count) => `MB after ${count.toLocaleString('en')}`), 'Growth'],
      rows: subjects.map((subject) => [
        `${subject.label}: ${subject.candidate.description}`,
        ...subject.resident.map((bytes) => one(bytes / 1024 ** 2)),
        one(growth(subject)),
      ]),
    },
    chart: {
      title: `Resident after ${calls.toLocaleString('en')} calls, MB`,
      bars: subjects.map((subject) => ({ label: subject.label, value: one(last(subject) / 1024 ** 2) })),
    },
    cannot: ['C answers no 2026-07-28: the 1.x SDK does not speak it.'],
  };
}
