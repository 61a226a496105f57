import content from 'echarpe:content';
import type { Enrolment, Paper } from '../contract.js';
import { errorSummary } from '../form.js';
import { elsewhere, sayCost, sayDay, sayHalfDays, sayHour } from '../french.js';
import { icon } from '../icons.js';
import { html, nothing, notice, withIcon } from '../page.js';
import type { File } from './file.js';
import { contact } from './contact.js';
import { begun, calledOff, inVain, isLive, statusPanel, isAside } from './status.js';
import { stepView } from './steps.js';
import type { View } from './view.js';
import { withdrawNotice } from './withdraw.js';

export function home(at: File, file: Enrolment) {
  const live = isLive(file);
  const going = live && !inVain(file);
  const preparing = going && file.funding === 'dife'; // who waits prepares the account and the identity
  return html`
    ${errorSummary(at.errors, [])} ${oldNotice(at)}
    <div role="status">${at.said && !at.saidOf ? notice('good', at.said) : nothing}</div>
    ${statusPanel(file)} ${file.status === 'offered' ? offer(at) : nothing} ${opinionCard(at, file)}
    ${file.otherWay ? otherWay(at, file.otherWay) : nothing} ${file.proof && going ? proof(file.proof.text) : nothing}
    ${calledOff(file) || inVain(file) ? goOn(at, file) : nothing}
    ${file.unreachable ? notice('alert', 'Nos e-mails ne vous parviennent pas. Appelez-nous pour corriger votre adresse.') : nothing}
    ${live && file.deadline && (file.status !== 'waiting' || preparing) ? deadline(file.deadline) : nothing}
    ${live && file.request ? request(at, file.request) : nothing} ${withdrawNotice(at, file)}
    ${live && file.status !== 'offered' && (file.status !== 'waiting' || preparing) ? steps(at, file) : nothing}
    ${going && file.status !== 'offered' ? contact(at, file) : nothing}
    <h2>Votre session</h2>
    <p><strong>${file.session.formation.title}</strong></p>
    ${withIcon('calendar', html`${sayHalfDays(file.session.halfDays).map((d) => html`${d}<br />`)}${elsewhere() ? '(heure de Paris)' : ''}`)}
    ${withIcon(file.session.remote ? 'video' : 'place', html`${file.session.place}${file.session.address ? html`<br />${file.session.address}` : nothing}${file.session.access ? html`<br />${file.session.access}` : nothing}`)}
    ${withIcon('euro', sayCost(file.session.formation))}
    ${file.videoUrl ? html`<p><a class="button quiet" href=${file.videoUrl} rel="noreferrer">Ouvrir la visioconférence</a></p>` : nothing}
    ${going || file.status === 'attended' ? papers(at, file, going) : nothing} ${going ? helpline(file) : nothing}
    ${manage(at, file, live)}
  `;
}

export function oldNotice(at: File) {
  if (!at.oldFrom) return nothing;
  return notice(
    'warm',
    html`<p>Pas de réseau. Voici votre dossier tel qu’il était ${sayDay(at.oldFrom)} à ${sayHour(at.oldFrom)}.</p>
      <p><button class="button quiet" type="button" @click=${() => at.refresh()}>Actualiser</button></p>`,
    'offline',
  );
}

/** The address is to be confirmed: this page was opened by a link that did not come from the mail. */
function proof(text: string) {
  return notice(
    'warm',
    html`<p><strong>${text}</strong></p>
      <p><a href="/lien-perdu/">Je n’ai pas reçu l’e-mail</a></p>`,
    'clock',
  );
}

function otherWay(at: File, { button }: NonNullable<Enrolment['otherWay']>) {
  return html`<div class="actions">
    <button class="button" type="button" @click=${() => at.go('paiement')}>${button}</button>
  </div>`;
}

function offer(at: File) {
  return html`<div class="actions">
    <button
      class="button"
      type="button"
      @click=${() => at.act(() => at.api!.accept(), 'C’est noté : la place est à vous.')}
    >
      Accepter la place
    </button>
    <button class="button quiet" type="button" @click=${() => at.go('annuler')}>Refuser la place</button>
  </div>`;
}

function goOn(at: File, file: Enrolment) {
  return html`<div class="actions">
    ${
      inVain(file) && begun(file)
        ? html`<a class="button" href="/">Voir les autres sessions</a>`
        : html`<button class="button" type="button" @click=${() => at.go('session')}>Choisir une autre session</button>`
    }
  </div>`;
}

function deadline({ daysLeft, text }: NonNullable<Enrolment['deadline']>) {
  return notice(daysLeft <= 5 ? 'alert' : 'warm', html`<p><strong>${text}</strong></p>`, 'clock');
}

/** Where the DIFE request stands, and what the élu may say of it. */
function request(at: File, { stage, text }: NonNullable<Enrolment['request']>) {
  const say = (step: string, label: string, said: string) =>
    html`<p class="actions">
      <button
        class="button quiet"
        type="button"
        aria-disabled=${at.busy ? 'true' : nothing}
        @click=${() => at.act(() => at.api!.mark(step, true), said)}
      >
        ${label}
      </button>
    </p>`;
  if (stage === 'awaited' || stage === 'unanswered')
    return html`${notice(stage === 'awaited' ? 'plain' : 'alert', html`<p>${text}</p>`, 'clock')}
    ${say('proposition', 'J’ai reçu la proposition', 'C’est noté. Il vous reste à confirmer la proposition, au plus tard le jour indiqué.')}`;
  if (stage === 'void') return notice('alert', html`<p><strong>${text}</strong></p>`, 'clock');
  if (stage === 'lapsed')
    return html`${notice('alert', html`<p><strong>${text}</strong></p>`, 'clock')}
    ${say('dossier', 'J’ai refait ma demande', 'C’est noté : nous allons répondre à votre nouvelle demande.')}`;
  return nothing;
}

function steps(at: File, file: Enrolment) {
  return html`<h2>Vos étapes : ${content.modes[file.funding].title.toLowerCase().replace('dife', 'DIFE')}</h2>
    ${file.steps.map(
      (s, i) =>
        html`${stepView(s, i, file, at.mark, at.busy, (p) => paper(at, p, file))}
          <div role="status">${at.said && at.saidOf === s.key ? notice('good', at.said) : nothing}</div>`,
    )}`;
}

function papers(at: File, file: Enrolment, going: boolean) {
  const papers = file.papers ?? [];
  const seat = going && file.status !== 'waiting';
  if (!papers.length && !seat) return nothing;
  return html`<h2>Vos documents</h2>
    <ul class="rows">
      ${papers.map((p) => paper(at, p, file))}
      ${
        seat
          ? html`<li>
              <button
                type="button"
                @click=${() => at.download(() => at.api!.calendar(), `session-${file.reference}.ics`)}
              >
                ${icon('calendar')}<span>Ajouter les dates à mon agenda</span>
              </button>
            </li>`
          : nothing
      }
    </ul>`;
}

function paper(at: File, p: Paper, file: Enrolment) {
  if (!p.available)
    return html`<li class="off">${icon('paper')}<span>${p.title} : ${p.reason ?? 'pas encore disponible'}</span></li>`;
  return html`<li>
    <button type="button" @click=${() => at.download(() => at.api!.paper(p.kind), `${p.kind}-${file.reference}.pdf`)}>
      ${icon('paper')}<span>${p.title} <small>(PDF)</small></span>
    </button>
  </li>`;
}

function helpline({ helpline, funding }: Enrolment) {
  if (!helpline || funding !== 'dife') return nothing;
  return notice(
    helpline.open ? 'good' : 'plain',
    html`<p>
      <strong>${helpline.label}</strong><br /><a class="number nowrap" href="tel:${helpline.number.replace(/\s/g, '')}"
        >${helpline.number}</a
      ><br />${sentence(helpline.text)}<br />${helpline.hours}
    </p>`,
    'phone',
  );
}

function manage(at: File, file: Enrolment, live: boolean) {
  const aside = isAside(file); // it moves to no other session before its address is confirmed
  const giveBack = aside
    ? 'Retirer ma demande'
    : file.status === 'waiting'
      ? 'Quitter la liste d’attente'
      : file.status === 'offered'
        ? 'Refuser la place'
        : 'Rendre ma place';
  return html`<h2>Gérer mon inscription</h2>
    <ul class="rows">
      ${live && !inVain(file) ? html`${row(at, 'paiement', 'Changer de façon de payer')} ${aside ? nothing : row(at, 'session', 'Changer de session')}` : nothing}
      ${live ? row(at, 'annuler', giveBack) : nothing} ${row(at, 'donnees', 'Mes données')}
      ${at.remembered ? html`<li><button type="button" @click=${at.notMine}>Ce n’est pas mon dossier : l’oublier sur cet appareil</button></li>` : nothing}
      ${live ? nothing : html`<li><a href="/">Voir les autres sessions</a></li>`}
    </ul>
    ${content.organisation.phone ? html`<p>Une question ? Appelez-nous au <a class="nowrap" href="tel:${content.organisation.phone.replace(/\s/g, '')}">${content.organisation.phone}</a>.</p>` : nothing}`;
}

export function row(at: File, view: View, label: string) {
  return html`<li>
    <a href="/dossier/?vue=${view}${location.hash}" @click=${(e: Event) => (e.preventDefault(), at.go(view))}
      >${label}</a
    >
  </li>`;
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1).replace(/[^.]$/, '$&.');

/** What who attended thought of it, asked for once. */
function opinionCard(at: File, { opinion }: Enrolment) {
  if (!opinion || opinion.given) return nothing;
  return html`<p>
    <a
      class="button quiet"
      href="/dossier/?vue=avis${location.hash}"
      @click=${(e: Event) => (e.preventDefault(), at.go('avis'))}
      >Donner mon avis, en cinq questions</a
    >
  </p>`;
}
