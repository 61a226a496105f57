/** The whole product on free ports, with data of its own: what `make run` starts. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../..');
const PATIENCE = 120_000;

/** Builds and starts it; `settings` are variables of `make run`. The pages are those already built. */
export async function local(settings) {
  const folder = mkdtempSync(join(tmpdir(), 'echarpe-local-'));
  execFileSync('infra/local/setup', ['dynamodb', 'ses', 's3'], { cwd: root, stdio: 'inherit' });
  execFileSync('go', ['build', '-o', join(folder, 'local'), './infra/local'], { cwd: root, stdio: 'inherit' });
  const free = {
    PORT: '0',
    MAIL_PORT: '0',
    DYNAMODB_PORT: '0',
    AUTH_PORT: '0',
    S3_PORT: '0',
    LOCAL_DATA: join(folder, 'data'),
  };
  const env = { ...process.env, ...free, ...settings };
  const child = spawn(join(folder, 'local'), { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const out of [child.stdout, child.stderr]) out.on('data', (chunk) => (said += chunk));
  const address = (name) => new RegExp(`${name}\\s+(https?://\\S+)`).exec(said)?.[1];
  for (let waited = 0; !(address('Site and API') && address('Mailbox')); waited += 200) {
    if (child.exitCode !== null || waited > PATIENCE) throw new Error(`the product did not start:\n${said}`);
    await new Promise((r) => setTimeout(r, 200));
  }
  const stop = async () => {
    await new Promise((done) => {
      child.once('exit', done);
      child.kill('SIGINT');
    });
    rmSync(folder, { recursive: true, force: true });
  };
  return { site: address('Site and API'), mail: address('Mailbox'), stop };
}
