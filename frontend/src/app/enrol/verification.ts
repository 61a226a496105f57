import answers from 'echarpe:answers';
import content from 'echarpe:content';
import { WORKING } from '../sending.js';
import { checkbox, needsField } from '../form.js';
import { sayCost, sayDates } from '../french.js';
import { html, nothing } from '../page.js';
import type { Enrol } from './enrol.js';
import type { StepKey } from './route.js';

export function verification(at: Enrol) {
  const { draft } = at;
  const { person, mandate, contact, payer, session, funding } = draft;
  const rows: [string, string, StepKey | undefined][] = [
    ['Session', `${session!.formation.title}, ${sayDates(session!.halfDays)}, ${session!.place}`, undefined],
    ['Prix', sayCost(session!.formation), undefined],
    ['Paiement', content.modes[funding!].title, 'financement'],
    ['Nom', [person.title, person.firstName, person.lastName].filter(Boolean).join(' '), 'nom'],
    ...(funding === 'dife'
      ? ([['Nom de naissance', person.birthName ?? 'Le même', 'nom']] as [string, string, StepKey][])
      : []),
    ['E-mail', person.email!, 'coordonnees'],
    ['Téléphone', person.phone ?? 'Non donné', 'coordonnees'],
    ['Mandat', answers.mandates.find((m) => m.key === mandate.kind)?.title ?? '', 'mandat'],
    ['Collectivité', mandate.authority!, 'collectivite'],
    ...(funding === 'collectivite'
      ? ([
          ...(payer ? [['Payeur', payer.name, 'collectivite']] : []),
          [
            'Contact à la collectivité',
            contact.name ? `${contact.name}, ${contact.email}` : 'Pas encore connu',
            'contact',
          ],
        ] as [string, string, StepKey][])
      : []),
  ];
  const state = {
    values: { needs: draft.needs ?? '', consent: draft.consent ? 'oui' : '' },
    errors: at.errors,
    kiosk: at.kiosk,
  };
  return html`<dl class="answers">${rows.map(([name, value, step]) => row(at, name, value, step))}</dl>
    <form novalidate @submit=${(e: Event) => at.send(e)} @change=${(e: Event) => at.lastAnswer(e)}>
      ${needsField('Un besoin particulier pour suivre la formation', state)}
      ${checkbox('consent', consentText(), state)}
      ${
        at.kiosk
          ? nothing
          : html`<p>
              <a class="alone" href="/donnees-personnelles/" target="_blank"
                >Ce que nous faisons de vos données<span class="hidden"> (nouvel onglet)</span></a
              >
            </p>`
      }
      <div class="actions">
        <button class="button" aria-disabled=${at.sending ? 'true' : nothing}>${sendLabel(at)}</button>
      </div>
      <p role="status">${at.working ? WORKING : at.sending ? 'Envoi en cours…' : ''}</p>
    </form>`;
}

function row(at: Enrol, name: string, value: string, step?: StepKey) {
  const change = step
    ? html`<dd class="change">
        <button class="link" type="button" @click=${() => at.go(step, true)}>
          Modifier<span class="hidden"> ${name.toLowerCase()}</span>
        </button>
      </dd>`
    : nothing;
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
    ${change}
  </div>`;
}

function consentText() {
  return `J’accepte que ${content.organisation.name} utilise ces réponses pour gérer mon inscription. (obligatoire)`;
}

function sendLabel(at: Enrol) {
  const { session } = at.draft;
  if (at.failure) return 'Envoyer de nouveau';
  return session!.seatsLeft > 0 && !session!.waiting ? 'Réserver ma place' : 'M’inscrire en liste d’attente';
}
