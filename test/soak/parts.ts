import { hostileInput } from '../hostile/part.ts';
import {
  faultyHistory,
  historyOfLostAnswers,
  historyOfQuotas,
  historyOfSessions,
  historyOfUsers,
  quietHistory,
} from './history/parts.ts';
import { load, steady } from './load/parts.ts';
import type { Part } from './part.ts';

/** Every part of the soak by its name, in the order in which they run. */
export const parts: Readonly<Record<string, Part>> = {
  history: quietHistory,
  'history-lost-answers': historyOfLostAnswers,
  'history-faults': faultyHistory,
  'history-users': historyOfUsers,
  'history-iam': historyOfSessions,
  'history-quota': historyOfQuotas,
  'hostile-input': hostileInput,
  load,
  steady,
};
