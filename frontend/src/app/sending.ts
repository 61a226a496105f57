/** What somebody sends who has no link yet. Many requests at once make the server ask for a proof of work: the page does it by itself. */
import { call, json, Problem, sent } from './api.js';
import type { Enrolment, EnrolmentRequest, GroupAnswer, GroupRequest } from './contract.js';
import { trusted } from './trusted.js';
import type { Challenge } from './work.js';

/** Sends an enrolment; the same key and request may be sent again without harm. `onWork` is told of a proof of work: it takes seconds. */
export function enrol(
  request: EnrolmentRequest,
  key: string,
  onWork?: (busy: boolean) => void,
): Promise<{ enrolment: Enrolment; link: string }> {
  return worked(
    (challenge) => json(call('/api/enrolments', sent('POST', { ...request, challenge }, { 'Idempotency-Key': key }))),
    onWork,
  );
}

/** A collectivité enrols several élus; the same key and request may be sent again without harm. */
export function enrolGroup(request: GroupRequest, key: string, onWork?: (busy: boolean) => void): Promise<GroupAnswer> {
  return worked(
    (challenge) => json(call('/api/groups', sent('POST', { ...request, challenge }, { 'Idempotency-Key': key }))),
    onWork,
  );
}

export async function sendLinks(email: string, onWork?: (busy: boolean) => void): Promise<void> {
  await worked((challenge) => call('/api/links', sent('POST', { email, challenge })), onWork);
}

/** What a page says meanwhile. */
export const WORKING =
  'Beaucoup de demandes arrivent en ce moment : votre appareil fait une vérification contre les robots. Quelques secondes, sans rien faire de votre côté…';

/** What it says is under the button, and may be under the screen. */
export const inSight = (page: Element) => page.querySelector('[role=status]')?.scrollIntoView({ block: 'nearest' });

/** Sends at once; when a proof of work is asked for, does it and sends again. */
async function worked<T>(
  send: (challenge?: string) => Promise<T>,
  onWork: (busy: boolean) => void = () => undefined,
): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof Problem) || !error.fields['challenge']) throw error;
    onWork(true);
    try {
      const { challenge } = await json<{ challenge: Challenge }>(call('/api/challenge'));
      return await send(await solve(challenge));
    } finally {
      onWork(false);
    }
  }
}

declare const WORKER: string; // its address: the build says it

/** Does the proof of work beside the page. When it cannot be done, nothing was kept of what was sent: that is no silence of the network. */
function solve(challenge: Challenge): Promise<string> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(trusted.scriptURL(WORKER));
    const fail = () => {
      worker.terminate();
      reject(
        new Problem(
          0,
          'work',
          'Votre appareil n’a pas pu faire la vérification contre les robots. Un autre appareil, ou un autre navigateur, y arrivera peut-être.',
        ),
      );
    };
    worker.onmessage = ({ data }: MessageEvent<{ solution?: string }>) => {
      if (!data.solution) return fail();
      worker.terminate();
      resolve(data.solution);
    };
    worker.onerror = fail;
    worker.postMessage(challenge);
  });
}
