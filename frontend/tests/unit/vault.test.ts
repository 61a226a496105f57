import { describe, expect, it } from 'vitest';
import type { Enrolment } from '../../src/app/contract.js';
import { forget, keep, lastOpened, noteOpened, recall } from '../../src/app/file/vault.js';
import { shelf } from '../../src/app/storage.js';
import { search } from '../../src/app/work.js';
import { disk } from './disk.js';

function onDevice() {
  const { kept, storage } = disk();
  return Object.assign(
    shelf(() => storage),
    { kept },
  );
}

const file = { id: 'f1', reference: 'ABC', person: { email: 'jeanne@orange.fr' } } as Enrolment;

describe('the file last opened on the device', () => {
  it('is what « Mon dossier » opens, until it is forgotten', () => {
    const device = onDevice();
    expect(lastOpened(device)).toBeUndefined();
    noteOpened({ id: 'f1', token: '1.h.token' }, device);
    expect(lastOpened(device)).toEqual({ id: 'f1', token: '1.h.token' });
    forget('f2', device);
    expect(lastOpened(device)?.id).toBe('f1');
    forget('f1', device);
    expect(lastOpened(device)).toBeUndefined();
  });
});

describe('the last state of a file on the device', () => {
  it('opens with the link’s token only, and is unreadable at rest', async () => {
    const device = onDevice();
    await keep('f1', 'token', { file, at: '2026-11-22T12:00:00Z' }, device);
    expect([...device.kept.values()].join()).not.toContain('jeanne');
    expect((await recall('f1', 'token', device))?.file.reference).toBe('ABC');
    expect(await recall('f1', 'other', device)).toBeUndefined();
    expect(await recall('f2', 'token', device)).toBeUndefined();
    forget('f1', device);
    expect(await recall('f1', 'token', device)).toBeUndefined();
  });
});

describe('the proof of work', () => {
  const challenge = (keyPrefix: string) => ({
    parameters: {
      algorithm: 'PBKDF2/SHA-512',
      nonce: 'ab'.repeat(16),
      salt: 'cd'.repeat(16),
      cost: 2,
      keyLength: 32,
      keyPrefix,
      expiresAt: 1,
    },
    signature: 'sig',
  });
  const derivedKey = '6fe1b79e36353be36528b228b418fe007f44b602e42bae1d95eb49af6950ae36'; // the server's, of counter 321
  it('finds the counter behind the key, in the server’s form, on one lane or four', async () => {
    const asked = challenge(derivedKey.slice(0, 32));
    for (const lanes of [1, 4])
      expect(JSON.parse(atob(await search(asked, lanes)))).toEqual({
        challenge: asked,
        solution: { counter: 321, derivedKey },
      });
  });
});
