import { mkdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import start from '../e2e/support/start.js';

export const folder = resolve(import.meta.dirname, '../../gallery');

/** Starts from an empty gallery; the rest as for the journeys. */
export default async function begin() {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return start();
}
