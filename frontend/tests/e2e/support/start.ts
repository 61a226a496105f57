import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { local } from '../../support/local.js';
import { stage } from '../../support/stage.js';

const frontend = resolve(import.meta.dirname, '../../..');

/** Starts the stage of made-up scenes, and the product unless BASE_URL names one; gives the way to stop them. */
export default async function start() {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: frontend, stdio: 'inherit' });
  const scenes = await stage();
  process.env.STAGE_URL = scenes.url;
  const own = process.env.BASE_URL ? undefined : await product();
  if (own) Object.assign(process.env, { BASE_URL: own.site, MAIL_URL: own.mail });
  const signIn = (await (await fetch(`${process.env.BASE_URL}/api/staff/sign-in`)).json()) as { issuer: string };
  process.env.AUTH_URL = signIn.issuer;
  const policy = (await fetch(`${process.env.BASE_URL}/papiers/`)).headers.get('content-security-policy') ?? '';
  process.env.BUCKET_URL = /connect-src 'self' (\S+?);/.exec(policy)?.[1] ?? ''; // where signed conventions are sent
  return async () => {
    scenes.close();
    await own?.stop();
  };
}

/** The whole product, held to the description of its API until it stops; its limits are those deployed when it is told so. */
export async function product(limits = 'off') {
  const own = await local({ ABUSE_LIMITS: limits, CONTRACT: 'check' });
  return {
    ...own,
    stop: async () => {
      const faults = (await (await fetch(`${own.site}/_local/contract`)).json()) as string[];
      await own.stop();
      if (faults.length)
        throw new Error(`what the pages sent or got is not as openapi.yaml says:\n${faults.join('\n')}`);
    },
  };
}
