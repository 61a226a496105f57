/** What was typed, to check; then what came of it. */
import texts from 'echarpe:answers';
import content from 'echarpe:content';
import { WORKING } from '../sending.js';
import type { GroupAnswer } from '../contract.js';
import { checkbox, radios } from '../form.js';
import { sayDates, sayPrice } from '../french.js';
import { html, nothing, notice, type TemplateResult } from '../page.js';
import type { Council } from './group.js';

export function answers(at: Council) {
  const session = at.session!;
  const v = at.values;
  const state = { values: v, errors: at.errors };
  const left = session.waiting ? 0 : session.seatsLeft;
  return html`<dl class="answers">
      ${row('Session', `${session.formation.title}, ${sayDates(session.halfDays)}, ${session.place}`)}
      ${row('Prix', `${sayPrice(session.formation.priceCents)} hors taxes par participant`)}
      ${row('Collectivité', v['authority']!)} ${row('Contact', `${v['contact.name']}, ${v['contact.email']}`)}
    </dl>
    <h2>${at.rows} élus</h2>
    <ol>
      ${Array.from({ length: at.rows }, (_, i) => {
        const of = (field: string) => v[`people.${i}.${field}`] ?? '';
        const kind = texts.mandates.find((m) => m.key === of('mandate'))?.title ?? '';
        return html`<li>
          <strong>${of('firstName')} ${of('lastName')}</strong>, ${kind}<br /><span class="break">${of('email')}</span>
        </li>`;
      })}
    </ol>
    <p><button class="link" type="button" @click=${() => history.back()}>Modifier la liste</button></p>
    <form novalidate @submit=${at.send} @change=${at.typing}>
      ${
        at.short
          ? radios(
              'rest',
              `${left ? `Il reste ${left} place${left > 1 ? 's' : ''} pour ${at.rows} personnes.` : 'Cette session est complète.'} Que faire ? (obligatoire)`,
              [
                {
                  value: 'wait',
                  label: left ? 'Inscrire les premiers de la liste, les autres attendent' : 'Tous attendent',
                  hint: 'Chaque place qui se libère est proposée dans l’ordre d’arrivée.',
                },
                {
                  value: 'all',
                  label: 'Tous ou personne',
                  hint: 'Sans assez de places, aucune n’est prise : vous pourrez raccourcir la liste.',
                },
              ],
              state,
            )
          : nothing
      }
      ${checkbox(
        'consent',
        `Ces élus savent que je les inscris, et j’accepte que ${content.organisation.name} utilise ces réponses pour gérer leur inscription. (obligatoire)`,
        state,
      )}
      <p>
        <a class="alone" href="/donnees-personnelles/" target="_blank"
          >Ce que nous faisons de vos données<span class="hidden"> (nouvel onglet)</span></a
        >
      </p>
      <div class="actions">
        <button class="button" aria-disabled=${at.sending ? 'true' : nothing}>
          ${at.failure ? 'Envoyer de nouveau' : `Inscrire ces ${at.rows} élus`}
        </button>
      </div>
      <p role="status">${at.working ? WORKING : at.sending ? 'Envoi en cours…' : ''}</p>
    </form>`;
}

const row = (name: string, value: string) =>
  html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;

export function done(at: Council, { reference, people, link }: GroupAnswer, title: TemplateResult) {
  const { hash, pathname } = new URL(link);
  const seated = people.filter((p) => p.seat).length;
  const waits = people.length - seated;
  const heard = [
    seated ? `${seated} place${seated > 1 ? 's sont réservées' : ' est réservée'}` : '',
    waits ? `${waits} personne${waits > 1 ? 's attendent' : ' attend'} une place` : '',
  ];
  return html`<div class="done">
      ${title}
      <p>${heard.filter(Boolean).join(', ')}. Votre référence :</p>
      <p class="reference">${reference}</p>
    </div>
    <ul>
      ${people.map((p) => html`<li>${p.name} : ${p.seat ? 'place réservée' : 'liste d’attente'}</li>`)}
    </ul>
    <h2>Et maintenant</h2>
    ${notice('warm', seated ? 'Chaque élu reçoit un e-mail et confirme son adresse : la place d’un élu lui est gardée jusqu’à la date qui y figure.' : 'Chaque élu reçoit un e-mail et confirme son adresse. Une place qui se libère lui est proposée par e-mail.')}
    <p>
      Dès que l’un d’eux a confirmé, nous vous envoyons le devis et la convention à
      <span class="break">${at.values['contact.email']}</span>. Si quelqu’un se retire, de nouveaux papiers annulent et
      remplacent les précédents.
    </p>
    <div class="actions"><a class="button" href=${pathname + hash}>Ouvrir la page de la collectivité</a></div>
    <p class="meta">Gardez ce lien : il sert à répondre, à donner l’adresse de facturation et à signer.</p>`;
}
