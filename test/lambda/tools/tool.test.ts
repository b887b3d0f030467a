import { createMemoryFileStore } from '../../support/memory-file-store.ts';
import { createProbe } from '../../support/probe-tool.ts';
import { caller } from '../../support/run-tool.ts';

describe('the time of a tool', () => {
  const files = createMemoryFileStore();

  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('is 10 seconds for beginning and 18 for ending', async () => {
    const tool = createProbe(async (_input, { time }) => {
      const seen = [time.isOver(), time.signal.aborted];
      jest.advanceTimersByTime(10_000);
      seen.push(time.isOver(), time.isUp());
      jest.advanceTimersByTime(8_000);
      return { text: [...seen, time.isUp(), time.signal.aborted, time.isGivenUp()].join() };
    });
    expect(await tool.run({}, { ...caller, files })).toEqual({
      text: 'false,false,true,false,true,true,true',
    });
  });

  it('ends with the call, which is no giving up', async () => {
    const end = new AbortController();
    const tool = createProbe(async (_input, { time }) => {
      end.abort(new Error('the call has ended'));
      return { text: [time.signal.aborted, time.signal.reason.message, time.isGivenUp()].join() };
    });
    expect(await tool.run({}, { ...caller, files, signal: end.signal })).toEqual({
      text: 'true,the call has ended,false',
    });
  });

  it('leaves no timer behind', async () => {
    const answering = createProbe(async () => ({ text: 'done' }));
    expect(await answering.run({}, { ...caller, files })).toEqual({ text: 'done' });
    expect(jest.getTimerCount()).toBe(0);
    const failing = createProbe(() => Promise.reject(new Error('down')));
    await expect(failing.run({}, { ...caller, files })).rejects.toThrow('down');
    expect(jest.getTimerCount()).toBe(0);
  });
});
