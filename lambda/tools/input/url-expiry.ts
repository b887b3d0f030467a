import * as z from 'zod';

/** The `expires_in` argument of the tools that make URLs. */
export const expiresInInput = z.number().int().min(60).max(3600).default(900).describe('Seconds');

/** When a URL that is made now expires at the latest, as an ISO 8601 time in UTC. */
export function toExpiry(expiresInSeconds: number): string {
  return new Date(Date.now() + expiresInSeconds * 1000).toISOString();
}
