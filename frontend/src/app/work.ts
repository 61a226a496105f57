/** The proof of work that is asked for when many requests come at once: find the counter whose derived key begins as told (ALTCHA, v2). */
export interface Challenge {
  parameters: {
    algorithm: string;
    nonce: string;
    salt: string;
    cost: number;
    keyLength: number;
    keyPrefix: string;
    expiresAt: number;
  };
  signature: string;
}

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const hex = (buffer: ArrayBuffer) =>
  Array.from(new Uint8Array(buffer), (b) => b.toString(16).padStart(2, '0')).join('');

/** Far above what the server draws from: an answer that cannot be found ends. */
const LIMIT = 100_000;

/**
 * Gives the solution as the server wants it (JSON in base64). The browser derives keys in threads of its own: several are asked for at
 * once, so that an old telephone waits less. Throws when no counter fits.
 */
export async function search(challenge: Challenge, lanes = Math.min(navigator.hardwareConcurrency || 2, 4)) {
  let found: { counter: number; derivedKey: string } | undefined;
  let next = 0;
  const lane = async () => {
    while (!found && next < LIMIT) {
      const counter = next++;
      const derivedKey = await derive(challenge.parameters, counter);
      if (derivedKey.startsWith(challenge.parameters.keyPrefix)) found = { counter, derivedKey };
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (!found) throw new Error('no counter fits the challenge');
  return btoa(JSON.stringify({ challenge, solution: found }));
}

async function derive({ algorithm, nonce, salt, cost, keyLength }: Challenge['parameters'], counter: number) {
  const start = bytes(nonce);
  const password = new Uint8Array(start.length + 4);
  password.set(start);
  new DataView(password.buffer).setUint32(start.length, counter);
  const key = await crypto.subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits']);
  const hash = algorithm.replace('PBKDF2/', '');
  return hex(
    await crypto.subtle.deriveBits({ name: 'PBKDF2', hash, salt: bytes(salt), iterations: cost }, key, keyLength * 8),
  );
}
