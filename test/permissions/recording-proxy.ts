import type { IncomingMessage, ServerResponse } from 'node:http';
import { readRequest } from '../../local/s3/request.ts';
import { forward, type RunningProxy, startProxy } from '../support/forwarding-proxy.ts';
import type { RecordedRequest } from './s3-calls.ts';

/** A proxy in front of an S3 server that records the requests. */
export interface RecordingProxy extends RunningProxy {
  /** Returns the requests that were answered since the last call. */
  take(): readonly RecordedRequest[];
}

/** Starts a recording proxy in front of the S3 server at `target`. */
export async function startRecordingProxy(target: string): Promise<RecordingProxy> {
  const recorded: RecordedRequest[] = [];

  async function pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const answer = await forward(incoming, target);
      const { statusCode: status = 0, rawHeaders } = answer;
      recorded.push({ ...readRequest(incoming), status });
      response.writeHead(status, rawHeaders);
      answer.pipe(response);
    } catch (error) {
      response.destroy(error as Error);
    }
  }

  const proxy = await startProxy(pass);
  return { ...proxy, take: () => recorded.splice(0) };
}
