import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStorage } from '../../../local/authorization-server/storage.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'storage-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe('the storage of the provider', () => {
  it('brings back registered clients, and nothing else, after a restart', async () => {
    const first = createStorage(directory);
    await first('Client').upsert('one', { client_id: 'one' });
    await first('Session').upsert('two', { uid: 'two' });
    const second = createStorage(directory);
    expect(await second('Client').find('one')).toEqual({ client_id: 'one' });
    expect(await second('Session').find('two')).toBeUndefined();
  });

  it('forgets a destroyed client for good', async () => {
    const clients = createStorage(directory)('Client');
    await clients.upsert('one', { client_id: 'one' });
    await clients.destroy('one');
    expect(await createStorage(directory)('Client').find('one')).toBeUndefined();
  });

  it('forgets the record that was written longest ago when there are a thousand', async () => {
    const sessions = createStorage(directory)('Session');
    for (let index = 0; index < 1000; index++) await sessions.upsert(`${index}`, { uid: `uid-${index}` });
    await sessions.upsert('0', { uid: 'written again' });
    await sessions.upsert('1000', { uid: 'one too many' });
    expect(await sessions.find('1')).toBeUndefined();
    expect(await sessions.find('0')).toEqual({ uid: 'written again' });
    expect(await sessions.find('2')).toEqual({ uid: 'uid-2' });
  });

  it('finds a session by its uid', async () => {
    const sessions = createStorage(directory)('Session');
    await sessions.upsert('one', { uid: 'uid-1' });
    await sessions.upsert('two', { uid: 'uid-2' });
    expect(await sessions.findByUid('uid-2')).toEqual({ uid: 'uid-2' });
  });

  it('revokes the tokens of one grant only', async () => {
    const tokens = createStorage(directory)('RefreshToken');
    await tokens.upsert('one', { grantId: 'revoked' });
    await tokens.upsert('two', { grantId: 'kept' });
    await tokens.revokeByGrantId('revoked');
    expect(await tokens.find('one')).toBeUndefined();
    expect(await tokens.find('two')).toEqual({ grantId: 'kept' });
  });
});
