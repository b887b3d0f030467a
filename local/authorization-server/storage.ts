import { join } from 'node:path';
import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';
import * as z from 'zod';
import { readKeptFile, replaceFile } from './kept-file.ts';

type Records = Map<string, AdapterPayload>;

const keptClients = z.array(z.tuple([z.string(), z.record(z.string(), z.unknown())]));

/** How many records of each kind are kept. The oldest is dropped first, so that a server that runs for weeks does not fill its memory. */
const mostRecords = 1000;

/**
 * Where the provider keeps what it must remember: registered clients in `directory`, so that a client that
 * registered before a restart still works; sessions, codes, grants and refresh tokens in memory.
 */
export function createStorage(directory: string): AdapterFactory {
  const path = join(directory, 'clients.json');
  const clients: Records = new Map(readKeptFile(path, keptClients));
  return (model) =>
    model === 'Client'
      ? createAdapter(clients, () => replaceFile(path, JSON.stringify([...clients])))
      : createAdapter(new Map(), () => {});
}

function createAdapter(records: Records, save: () => void): Adapter {
  return {
    find: async (id) => records.get(id),
    findByUid: async (uid) => [...records.values()].find((record) => record.uid === uid),
    findByUserCode: async () => undefined,
    async upsert(id, record) {
      // Deleted first, so that the record becomes the youngest.
      records.delete(id);
      records.set(id, record);
      const [oldest] = records.keys();
      if (records.size > mostRecords && oldest !== undefined) records.delete(oldest);
      save();
    },
    async consume(id) {
      const record = records.get(id);
      if (record) record.consumed = Math.floor(Date.now() / 1000);
    },
    async destroy(id) {
      records.delete(id);
      save();
    },
    async revokeByGrantId(grantId) {
      for (const [id, record] of records) if (record.grantId === grantId) records.delete(id);
    },
  };
}
