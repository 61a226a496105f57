import { listSessions } from '../api.js';
import { isOpen } from '../choose.js';
import type { Enrolment, Session } from '../contract.js';
import { focusSummary, radios, read } from '../form.js';
import { sayDates, saySeats } from '../french.js';
import { html, nothing } from '../page.js';
import type { File } from './file.js';

/** Sessions to go to: every one of the same formation, then the next ones of any. */
export async function others(formation: string): Promise<Session[]> {
  const pages = await Promise.all([listSessions(`?formation=${encodeURIComponent(formation)}`), listSessions()]);
  return [...new Map(pages.flatMap((p) => p.sessions).map((s) => [s.id, s])).values()];
}

export function otherSession(at: File, file: Enrolment, calledOff: boolean) {
  const others = at.others?.filter((s) => s.id !== file.session.id && !['closed', 'full'].includes(saySeats(s).level));
  if (!at.others) return html`<p class="waiting">Recherche des sessions…</p>`;
  if (!others?.length) return html`<p>Aucune autre session n’a de place pour l’instant.</p>`;
  const sorted = others.sort(
    (a, b) =>
      Number(b.formation.slug === file.session.formation.slug) -
      Number(a.formation.slug === file.session.formation.slug),
  );
  const choices = sorted.map((s) => {
    const open = isOpen(s, file.funding, Date.now());
    const why = open ? '' : ` ${s.funding[file.funding].reason ?? 'Votre façon de payer n’est plus possible.'}`;
    return {
      value: s.id,
      label: s.formation.title,
      hint: `${sayDates(s.halfDays)}. ${s.place}. ${saySeats(s).text}.${why}`,
      disabled: !open,
    };
  });
  return html`<p>${leaving(file, calledOff)}</p>
    <form novalidate @submit=${(e: Event) => move(at, e)} @change=${at.typing}>
      ${radios('sessionId', 'Nouvelle session', choices, { values: at.values, errors: at.errors })}
      <div class="actions">
        <button class="button" aria-disabled=${at.busy ? 'true' : nothing}>Changer de session</button>
      </div>
    </form>`;
}

function move(at: File, event: Event) {
  event.preventDefault();
  const id = read(event.currentTarget as HTMLFormElement)['sessionId'];
  at.errors = id ? {} : { sessionId: 'Choisissez la nouvelle session.' };
  if (!id) return void at.updateComplete.then(() => focusSummary(at));
  void at.act(() => at.api!.move(id), 'C’est fait : votre inscription a changé de session.', '');
}

/** What becomes of the place held until now, once the new session is chosen. */
function leaving(file: Enrolment, calledOff: boolean) {
  if (calledOff) return 'Vos réponses et vos étapes déjà faites sont gardées.';
  if (file.status === 'waiting') return 'Vous quittez la liste d’attente quand la nouvelle place est prise.';
  return 'Votre place actuelle est rendue quand la nouvelle est prise.';
}
