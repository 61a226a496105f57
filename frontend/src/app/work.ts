/** The small proof of work (ALTCHA) that a deployer under attack asks for: find the number behind a digest. */
export interface Challenge {
  algorithm: string;
  challenge: string;
  maxnumber: number;
  salt: string;
  signature: string;
}

const hex = (buffer: ArrayBuffer) =>
  Array.from(new Uint8Array(buffer), (b) => b.toString(16).padStart(2, '0')).join('');

/** Gives the solution as the server wants it (JSON in base64). Throws when no number fits. */
export async function solve({ algorithm, challenge, maxnumber, salt, signature }: Challenge): Promise<string> {
  const text = new TextEncoder();
  for (let number = 0; number <= maxnumber; number++) {
    const digest = await crypto.subtle.digest('SHA-256', text.encode(salt + number));
    if (hex(digest) === challenge) return btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
  }
  throw new Error('no number fits the challenge');
}
