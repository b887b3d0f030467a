/** A web request that has arrived whole. Its body is apart, because reading the stream of a `Request` takes long. */
export interface WholeRequest {
  /** The method, the URL and the headers. */
  readonly head: Request;
  readonly body: Uint8Array;
}

/** An answer that is whole too. */
export interface WholeResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** What the platform says about one request. */
export interface Invocation {
  /** Aborted when the answer must be on its way. */
  readonly deadline: AbortSignal;
  /** Lambda's id of the request. Lambda's own lines in the log and the gateway's access log carry it too. */
  readonly requestId: string;
  /** X-Ray's id of the trace that the request belongs to. */
  readonly traceId?: string;
  /** Whether the platform can carry an answer with this body. Lambda limits the size of the encoded answer. */
  canCarry(body: Uint8Array): boolean;
  /** True for the first request of an execution environment that was made for it. */
  readonly coldStart: boolean;
}
