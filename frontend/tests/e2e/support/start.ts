import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stage } from '../../support/stage.js';

const frontend = resolve(import.meta.dirname, '../../..');
const root = resolve(frontend, '..');

/** Starts the stage of made-up scenes, and the product unless BASE_URL names one; gives the way to stop them. */
export default async function start() {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: frontend, stdio: 'inherit' });
  const scenes = await stage();
  process.env.STAGE_URL = scenes.url;
  const own = process.env.BASE_URL ? undefined : await product();
  if (own) Object.assign(process.env, { BASE_URL: own.site, MAIL_URL: own.mail });
  const signIn = (await (await fetch(`${process.env.BASE_URL}/api/staff/sign-in`)).json()) as { issuer: string };
  process.env.AUTH_URL = signIn.issuer;
  return async () => {
    scenes.close();
    await own?.stop();
  };
}

/** Builds and starts the whole product on free ports, with data of its own; its limits are those deployed when it is told so. */
export async function product(limits = 'off') {
  const folder = mkdtempSync(join(tmpdir(), 'echarpe-e2e-'));
  execFileSync('infra/local/setup', ['dynamodb', 'ses'], { cwd: root, stdio: 'inherit' });
  execFileSync('go', ['build', '-o', join(folder, 'local'), './infra/local'], { cwd: root, stdio: 'inherit' });
  const env = {
    ...process.env,
    PORT: '0',
    MAIL_PORT: '0',
    DYNAMODB_PORT: '0',
    AUTH_PORT: '0',
    LOCAL_DATA: join(folder, 'data'),
    ABUSE_LIMITS: limits,
    CONTRACT: 'check',
  };
  const child = spawn(join(folder, 'local'), { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const listen = (chunk: Buffer) => (said += chunk.toString());
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  const address = (name: string) => new RegExp(`${name}\\s+(https?://\\S+)`).exec(said)?.[1];
  for (let waited = 0; !(address('Site and API') && address('Mailbox')); waited += 200) {
    if (child.exitCode !== null || waited > 120_000) throw new Error(`the product did not start:\n${said}`);
    await new Promise((r) => setTimeout(r, 200));
  }
  const site = address('Site and API')!;
  return {
    site,
    mail: address('Mailbox')!,
    stop: async () => {
      const faults = (await (await fetch(`${site}/_local/contract`)).json()) as string[];
      await new Promise<void>((done) => {
        child.once('exit', () => {
          rmSync(folder, { recursive: true, force: true });
          done();
        });
        child.kill('SIGINT');
      });
      if (faults.length)
        throw new Error(`what the pages sent or got is not as openapi.yaml says:\n${faults.join('\n')}`);
    },
  };
}
