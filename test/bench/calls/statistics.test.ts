import { compareRounds, shuffle, toDifference, toQuartiles, toRatio } from './statistics.ts';

describe('the statistics of the bench', () => {
  it('interpolate quartiles between the nearest values', () => {
    expect(toQuartiles([4, 1, 3, 2])).toEqual({ lower: 1.75, median: 2.5, upper: 3.25 });
  });

  it('compare within a round, so that a slow round changes no ratio', () => {
    expect(compareRounds([2, 20, 200], [1, 10, 100], toRatio)).toEqual({ lower: 2, median: 2, upper: 2 });
    expect(compareRounds([3, 12, 101], [1, 10, 100], toDifference).median).toBe(2);
  });

  it('refuse candidates that were not measured equally often', () => {
    expect(() => compareRounds([1, 2], [1], toRatio)).toThrow('in every round');
  });

  it('shuffle without losing anything', () => {
    expect(shuffle([1, 2, 3, 4]).toSorted()).toEqual([1, 2, 3, 4]);
  });
});
