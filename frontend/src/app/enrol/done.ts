/** The confirmation: the reference in large type, what happens next and when, who to call. */
import content from 'echarpe:content';
import { html, nothing } from 'lit';
import { FileAPI } from '../api.js';
import type { Mode } from '../contract.js';
import type { Done } from '../draft.js';
import { sayCost, sayDay, sayHalfDays, sayRank } from '../french.js';
import { icon } from '../icons.js';
import { linkIn } from '../link.js';
import { notice, save, withIcon } from '../page.js';

const nextWords: Record<Mode, string> = {
  dife: 'Commencez dès aujourd’hui les trois étapes du DIFE : le compte, l’identité numérique, le dossier sur Mon Compte Élu.',
  collectivite:
    'Demandez l’accord de votre maire ou de votre président : la lettre, le devis et le programme sont prêts dans votre dossier.',
  personnel: `Lisez et signez le contrat de formation, prêt dans votre dossier. ${content.modes.personnel.asks}`,
};

export function doneScreen(done: Done, kiosk: boolean) {
  const { enrolment: e, email } = done;
  const waiting = e.status === 'waiting';
  return html`
    <div class="done ${waiting ? 'queue' : ''}">
      ${icon(waiting ? 'queue' : 'done')}
      <h1>
        ${aside(done) ? 'Il reste à confirmer votre adresse' : waiting ? 'Vous êtes sur la liste d’attente' : 'Votre place est réservée'}
      </h1>
      <p>Votre référence<span class="reference">${e.reference}</span></p>
    </div>
    ${waiting && !aside(done) ? queueWords(done) : nothing}
    ${e.proof ? notice('warm', html`<p><strong>${e.proof.text}</strong></p>`, 'clock') : nothing}
    <h2>La session</h2>
    <p><strong>${e.session.formation.title}</strong></p>
    ${withIcon('calendar', html`${sayHalfDays(e.session.halfDays).map((d) => html`${d}<br />`)}`)}
    ${withIcon(e.session.remote ? 'video' : 'place', e.session.place)} ${withIcon('euro', sayCost(e.session.formation))}
    <h2>Et maintenant</h2>
    <ol>
      <li>
        Vous recevez un e-mail à <strong class="break">${email}</strong>, avec le lien de votre dossier et tout ce qui
        suit. Rien dans dix minutes ? Regardez dans les indésirables.
      </li>
      <li>
        ${aside(done) ? 'Ouvrez ce lien : il confirme votre adresse, et votre dossier vous dit aussitôt si vous avez une place.' : waiting ? 'Si une place se libère, nous vous la proposons par e-mail, et vous avez un délai pour l’accepter.' : nextWords[e.funding]}
      </li>
      ${!waiting && e.deadline ? html`<li>${e.deadline.text || `À faire avant le ${sayDay(e.deadline.at)}.`}</li>` : nothing}
    </ol>
    ${kiosk ? kioskEnd() : phoneEnd(done)}
    ${
      content.organisation.phone
        ? html`<p>
            Une question ? Appelez-nous au
            ${kiosk ? html`<strong class="nowrap">${content.organisation.phone}</strong>` : html`<a class="nowrap" href="tel:${content.organisation.phone.replace(/\s/g, '')}">${content.organisation.phone}</a>`}.
          </p>`
        : nothing
    }
  `;
}

/** No seat and no place in the queue before the address is confirmed. */
const aside = ({ enrolment }: Done) => enrolment.proof?.held === false;

function queueWords({ enrolment: e, expectedSeat }: Done) {
  const place = e.position ? `Vous êtes ${sayRank(e.position)}. ` : '';
  return notice(
    'warm',
    expectedSeat
      ? `La dernière place a été prise pendant que vous remplissiez le formulaire. ${place}Votre demande n’est pas perdue.`
      : `Cette session est complète. ${place}`,
    'queue',
  );
}

function phoneEnd({ link, enrolment }: Done) {
  const hash = new URL(link, location.origin).hash;
  const personal = linkIn(hash);
  const file = personal && new FileAPI(personal.id, personal.token);
  const calendar = async () => file && save(await file.calendar(), `session-${enrolment.reference}.ics`);
  return html`<div class="actions">
    <a class="button" href="/dossier/${hash}">Ouvrir mon dossier</a>
    ${
      file && enrolment.status !== 'waiting'
        ? html`<button class="button quiet" type="button" @click=${() => calendar().catch(() => undefined)}>
            Ajouter à mon agenda
          </button>`
        : nothing
    }
  </div>`;
}

function kioskEnd() {
  return notice(
    'good',
    'Notez votre référence ou photographiez cet écran, puis touchez « Terminer et effacer » : il ne restera rien de vous sur cette borne.',
    'check',
  );
}
