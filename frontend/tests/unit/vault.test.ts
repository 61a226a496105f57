import { describe, expect, it } from 'vitest';
import type { Enrolment } from '../../src/app/contract.js';
import { forget, keep, lastOpened, noteOpened, recall } from '../../src/app/file/vault.js';
import { shelf } from '../../src/app/storage.js';
import { solve } from '../../src/app/work.js';
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
  it('finds the number behind the digest, in the server’s form', async () => {
    const salt = 'sel?expires=1&';
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${salt}321`));
    const challenge = Buffer.from(digest).toString('hex');
    const solution = await solve({ algorithm: 'SHA-256', challenge, maxnumber: 1000, salt, signature: 'sig' });
    expect(JSON.parse(atob(solution))).toEqual({
      algorithm: 'SHA-256',
      challenge,
      number: 321,
      salt,
      signature: 'sig',
    });
  });
  it('says when no number fits', async () => {
    await expect(
      solve({ algorithm: 'SHA-256', challenge: 'x', maxnumber: 10, salt: 's', signature: '' }),
    ).rejects.toThrow();
  });
});
