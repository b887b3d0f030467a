import type { Bar } from './report.ts';

const rowHeight = 26;
const labelWidth = 150;
const barWidth = 460;
const valueWidth = 90;

/** Draws horizontal bars of medians as SVG, with a line from the lower to the upper quartile. */
export function toBarChart({
  title,
  bars,
}: {
  readonly title: string;
  readonly bars: readonly Bar[];
}): string {
  const most = Math.max(...bars.map(({ value }) => value.upper));
  const scale = (value: number) => ((value / most) * barWidth).toFixed(1);
  const width = labelWidth + barWidth + valueWidth;
  const height = 40 + bars.length * rowHeight;
  const rows = bars.map(({ label, value }, index) => {
    const top = 34 + index * rowHeight;
    const middle = top + 9;
    const color = label.startsWith('B') || label.startsWith('M') ? '#2563eb' : '#94a3b8';
    const left = (position: number) => (labelWidth + Number(scale(position))).toFixed(1);
    return [
      `<text x="${labelWidth - 8}" y="${middle + 4}" text-anchor="end">${label}</text>`,
      `<rect x="${labelWidth}" y="${top}" width="${scale(value.median)}" height="18" fill="${color}"/>`,
      `<line x1="${left(value.lower)}" x2="${left(value.upper)}" y1="${middle}" y2="${middle}" stroke="#0f172a" stroke-width="2"/>`,
      `<text x="${Number(left(value.upper)) + 6}" y="${middle + 4}">${value.median.toLocaleString('en', { maximumFractionDigits: 0 })}</text>`,
    ].join('\n  ');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="12">
  <title>${title}</title>
  <rect width="${width}" height="${height}" fill="#ffffff"/>
  <text x="8" y="20" font-size="14" font-weight="bold">${title}</text>
  ${rows.join('\n  ')}
</svg>
`;
}
