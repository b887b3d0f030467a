import { type JsonObject, readText } from '../../../lambda/auth/token-profile.ts';
import { Unavailable } from '../finding.ts';

/** Thrown where the server answers a call of a client with an error; the message has the server's own sentence. */
export class RefusedCall extends Unavailable {
  /** True when the server does not have the key that the token names. */
  readonly isKeyUnknown: boolean;

  constructor(status: number, text: string) {
    const reason = readReason(text);
    super(`the server answers ${status}: ${reason}`, toRemedy(status, reason));
    this.name = 'RefusedCall';
    // The sentence of this project's server, and the one of its releases before.
    this.isKeyUnknown = status === 401 && /not in the key set|does not publish/.test(reason);
  }
}

function toRemedy(status: number, reason: string): string {
  // No new token helps a client that is not listed.
  if (status === 401 && reason.includes('machineClientIds')) return 'see token audience above';
  if (status === 401) return 'see the checks of the token above, and get a new one';
  if (status === 403)
    return 'sign in again with the scopes that the answer names, or ask the operator for access';
  return 'look into the log of the server';
}

/** The server's own sentence: of a JSON-RPC error, with OAuth's members in its data or not, or of an OAuth error (RFC 6750). */
function readReason(text: string): string {
  try {
    const body: unknown = JSON.parse(text);
    const json: JsonObject = typeof body === 'object' ? { ...body } : {};
    const error: JsonObject = typeof json.error === 'object' ? { ...json.error } : {};
    const data: JsonObject = typeof error.data === 'object' ? { ...error.data } : {};
    return (
      readText(data, 'error_description') ??
      readText(json, 'error_description') ??
      readText(error, 'message') ??
      readText(json, 'message') ??
      'no reason given'
    );
  } catch {
    return 'no reason given';
  }
}
