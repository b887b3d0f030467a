import * as z from 'zod';
import { defineTool, type RunningContext } from '../../../lambda/tools/tool.ts';
import { createMemoryFileStore } from '../../support/memory-file-store.ts';
import { caller } from '../../support/run-tool.ts';

function createTool(run: (context: RunningContext) => Promise<{ text: string }>) {
  return defineTool({
    name: 'probe',
    title: 'Probe',
    description: 'Whatever a test lets it do.',
    input: z.strictObject({}),
    hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    run: (_input, context) => run(context),
  });
}

describe('the time of a tool', () => {
  const files = createMemoryFileStore();

  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('is 10 seconds for beginning and 18 for ending', async () => {
    const tool = createTool(async ({ time }) => {
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
    const tool = createTool(async ({ time }) => {
      end.abort(new Error('the call has ended'));
      return { text: [time.signal.aborted, time.signal.reason.message, time.isGivenUp()].join() };
    });
    expect(await tool.run({}, { ...caller, files, signal: end.signal })).toEqual({
      text: 'true,the call has ended,false',
    });
  });

  it.each<[string, () => Promise<{ text: string }>]>([
    ['answered', async () => ({ text: '' })],
    ['failed', () => Promise.reject(new Error('down'))],
  ])('leaves no timer behind when the tool has %s', async (_, run) => {
    await createTool(run)
      .run({}, { ...caller, files })
      .catch(() => undefined);
    expect(jest.getTimerCount()).toBe(0);
  });
});
