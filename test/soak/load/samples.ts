/** The state of a process at one moment. */
export interface Sample {
  /** The number of calls that were answered by then. */
  readonly calls: number;
  /** Resident memory in MiB. */
  readonly memory: number;
  /** The number of open sockets, timers and files. */
  readonly handles: number;
}

/** Takes a sample of this process. */
export function takeSample(calls: number): Sample {
  const memory = process.memoryUsage.rss() / 1024 / 1024;
  return { calls, memory, handles: process.getActiveResourcesInfo().length };
}

/**
 * How much more the last tenth may have than the second, as a factor; and how many more handles may be open by chance.
 */
const growth = { memory: 1.25, handles: 1.5, byChance: 16 };

/** Fewer samples prove nothing: the process is still warming up. */
const fewest = 50;

/**
 * Says where memory or handles grew; nothing if they did not, or if there are fewer than 50 samples. The first tenth is
 * left out, because caches fill and the compiler works then.
 */
export function findGrowth(samples: readonly Sample[]): readonly string[] {
  const tenth = Math.ceil(samples.length / 10);
  const early = samples.slice(tenth, 2 * tenth);
  const late = samples.slice(-tenth);
  const [before, after] = [early, late].map((some) => ({
    memory: Math.max(...some.map(({ memory }) => memory)),
    handles: Math.max(...some.map(({ handles }) => handles)),
  }));
  if (!before || !after || samples.length < fewest) return [];
  const failures: string[] = [];
  if (after.memory > before.memory * growth.memory) {
    failures.push(`memory grew from ${Math.round(before.memory)} to ${Math.round(after.memory)} MiB`);
  }
  if (after.handles > before.handles * growth.handles + growth.byChance) {
    failures.push(`handles grew from ${before.handles} to ${after.handles}`);
  }
  return failures;
}

const size = { width: 720, height: 240, left: 56, bottom: 32, top: 24 };

/** Draws the memory against the number of calls, as SVG. */
export function toPlot(title: string, samples: readonly Sample[]): string {
  const { width, height, left, bottom, top } = size;
  const most = Math.max(...samples.map(({ memory }) => memory), 1);
  const last = Math.max(samples.at(-1)?.calls ?? 0, 1);
  const toX = (calls: number) => left + (calls / last) * (width - left - 8);
  const toY = (memory: number) => height - bottom - (memory / most) * (height - bottom - top);
  const points = samples.map(({ calls, memory }) => `${toX(calls).toFixed(1)},${toY(memory).toFixed(1)}`);
  const label = (x: number, y: number, text: string, anchor = 'end') =>
    `<text x="${x}" y="${y}" text-anchor="${anchor}" font-family="sans-serif" font-size="12">${text}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" role="img">`,
    `<title>${title}</title>`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    `<path d="M${left} ${top}V${height - bottom}H${width - 8}" fill="none" stroke="gray"/>`,
    `<polyline points="${points.join(' ')}" fill="none" stroke="steelblue" stroke-width="2"/>`,
    label(left - 6, top + 4, `${Math.round(most)} MiB`),
    label(left - 6, height - bottom, '0'),
    label(width - 8, height - 10, `${last} calls`),
    label(left, 14, title, 'start'),
    '</svg>',
    '',
  ].join('\n');
}
