import type { Attacks } from './attacks.ts';
import { bodies } from './bodies.ts';
import { claims } from './claims.ts';
import { cursors } from './cursors.ts';
import { events } from './events.ts';
import { headers } from './headers.ts';
import { paths } from './paths.ts';
import { patterns } from './patterns.ts';
import { tokens } from './tokens.ts';

/** Every kind of attack. */
export const allAttacks: readonly Attacks[] = [
  bodies,
  headers,
  paths,
  patterns,
  cursors,
  tokens,
  claims,
  events,
];
