import type { BenchCase } from './cases.ts';
import { maxPeakBytes, toReport, toResult } from './report.ts';

const benchCase = { group: 'files', work: 'reading', runs: 3 } as const;
const figures = { requests: 2, receivedBytes: 300, answeredBytes: 10, firstPeakBytes: 0, peakBytes: 0 };

function measure(stored: string, milliseconds: readonly number[], firstPeakBytes = 0) {
  // Nothing from the tool goes into a result.
  const measured = { ...benchCase, stored } as BenchCase;
  return toResult(measured, { ...figures, milliseconds, firstPeakBytes });
}

describe('the report of the bench', () => {
  it('sums runs up by their median and their least', () => {
    expect(measure('1 KB', [30, 4, 5])).toMatchObject({ medianMilliseconds: 5, minMilliseconds: 4 });
  });

  it.each([
    [maxPeakBytes, 'PASS'],
    [maxPeakBytes + 1, 'FAIL'],
  ])('judges a first peak of %i bytes as %s', (peak, verdict) => {
    expect(measure('1 KB', [1, 2, 3], peak).verdict).toBe(verdict);
  });

  it('compares the last line of a work with each of the others', () => {
    const results = [measure('1 KB', [1, 2, 3]), measure('1 MB', [4, 4, 4]), measure('1 GB', [2, 4, 4])];
    const lines = toReport(results, 'a machine').split('\n');
    expect(lines).toContain('| reading | 1 GB | 1 KB | x 2.00 | x 2.00 | x 1.00 | x 1.00 | x 1.00 |');
    expect(lines).toContain('| reading | 1 GB | 1 MB | x 1.00 | x 0.50 | x 1.00 | x 1.00 | x 1.00 |');
  });
});
