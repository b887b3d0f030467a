import { type Measurement, toMetricDocuments } from '../../../lambda/telemetry/embedded-metrics.ts';

const time = 1_787_400_000_000;

describe('the embedded metric format', () => {
  it('holds all metrics of a request in one document, each under its own dimensions', () => {
    const documents = toMetricDocuments(
      'files',
      [
        { name: 'Requests', value: 1 },
        { name: 'RequestDuration', value: 12.5 },
        { name: 'Refusals', value: 1, dimension: 'expired' },
        { name: 'ToolCalls', value: 1, dimension: 'read_file' },
        { name: 'StorageLatency', value: 8, dimension: 'read' },
      ],
      time,
    );
    expect(documents).toEqual([
      {
        _aws: {
          Timestamp: time,
          CloudWatchMetrics: [
            {
              Namespace: 'CasdoorMcpFileServer',
              Dimensions: [['Service']],
              Metrics: [
                { Name: 'Requests', Unit: 'Count' },
                { Name: 'RequestDuration', Unit: 'Milliseconds' },
              ],
            },
            {
              Namespace: 'CasdoorMcpFileServer',
              Dimensions: [['Service'], ['Service', 'Code']],
              Metrics: [{ Name: 'Refusals', Unit: 'Count' }],
            },
            {
              Namespace: 'CasdoorMcpFileServer',
              Dimensions: [['Service', 'Tool']],
              Metrics: [{ Name: 'ToolCalls', Unit: 'Count' }],
            },
            {
              Namespace: 'CasdoorMcpFileServer',
              Dimensions: [['Service', 'Operation']],
              Metrics: [{ Name: 'StorageLatency', Unit: 'Milliseconds' }],
            },
          ],
        },
        Service: 'files',
        Code: 'expired',
        Tool: 'read_file',
        Operation: 'read',
        Requests: 1,
        RequestDuration: 12.5,
        Refusals: 1,
        ToolCalls: 1,
        StorageLatency: 8,
      },
    ]);
  });

  it('joins values of one metric, and opens a document for each further value of a dimension', () => {
    const latency = (dimension: string, value: number) =>
      ({ name: 'StorageLatency', value, dimension }) as const;
    const documents = toMetricDocuments(
      'files',
      [latency('stat', 1), latency('write', 2), latency('stat', 3), { name: 'Requests', value: 1 }],
      time,
    );
    expect(documents).toMatchObject([
      { Operation: 'stat', StorageLatency: [1, 3], Requests: 1 },
      { Operation: 'write', StorageLatency: 2 },
    ]);
  });

  it('puts no more than 100 values into one document, which is all that CloudWatch takes', () => {
    const many = Array.from({ length: 101 }, (_, value): Measurement => ({ name: 'RequestDuration', value }));
    const documents = toMetricDocuments('files', many, time);
    expect(documents.map(({ RequestDuration }) => RequestDuration)).toEqual([
      Array.from({ length: 100 }, (_, value) => value),
      100,
    ]);
  });

  it('is nothing when nothing was measured', () => {
    expect(toMetricDocuments('files', [], time)).toEqual([]);
  });
});
