/** The list of what is asked of the collectivité, and the papers. */
import content from 'echarpe:content';
import type { AuthorityFile, Paper } from '../contract.js';
import { errorSummary } from '../form.js';
import { sayDay, sayHalfDays, sayPrice } from '../french.js';
import { icon } from '../icons.js';
import { html, nothing, notice, withIcon } from '../page.js';
import type { Papers } from './papers.js';
import { TITLES, type View } from './view.js';

export function troubled(at: Papers) {
  const title = html`<h1>${TITLES['']}</h1>`;
  if (at.trouble === 'network')
    return html`${title}${notice('warm', 'Le réseau ne répond pas.', 'offline')}
      <p><button class="button" type="button" @click=${at.open}>Réessayer</button></p>`;
  return html`${title}
    <p>
      Ce lien n’ouvre pas de documents. Ouvrez-le depuis notre e-mail, ou écrivez-nous :
      <a class="break" href="mailto:${content.organisation.email}">${content.organisation.email}</a>.
    </p>`;
}

export function home(at: Papers, file: AuthorityFile) {
  return html`${errorSummary(at.errors, [])}
    <div role="status">${at.said ? notice('good', at.said) : nothing}</div>
    <h1>${TITLES['']}</h1>
    ${about(file)} ${certified(file)}
    ${file.closed ? html`${notice('warm', file.closed)}${file.handed?.to ? tasks(at, file) : nothing}` : tasks(at, file)}
    <h2>Les documents</h2>
    <ul class="rows">
      ${file.papers.map((p) => paper(at, p))}
    </ul>
    ${file.handed?.to ? nothing : others(at, file)}
    <h2>Ce que dit la loi</h2>
    ${file.law.map((l) => html`<p>${l}</p>`)}
    <p>
      Une question ?
      <a class="nowrap" href="tel:${content.organisation.phone.replace(/\s/g, '')}">${content.organisation.phone}</a>
      ou <a class="break" href="mailto:${content.organisation.email}">${content.organisation.email}</a>
    </p>`;
}

/** What goes with the invoice, once it is there: all of a group's in one file. */
function certified({ papers }: AuthorityFile) {
  const found = papers.find((p) => p.kind.startsWith('certificat') && p.available);
  if (!found) return nothing;
  return notice(
    'good',
    found.kind === 'certificats'
      ? 'Les certificats de réalisation sont prêts, en un seul fichier. Gardez-le avec la facture.'
      : 'Le certificat de réalisation est prêt. Gardez-le avec la facture.',
  );
}

function about({ name, authority, people, session, reference, handed }: AuthorityFile) {
  return html`<p class="lead">Formation de ${name}, ${authority}</p>
    ${
      people
        ? html`<ul>
            ${people.map((p) => html`<li>${p.name}${p.seat ? '' : ' : sur la liste d’attente'}</li>`)}
          </ul>`
        : nothing
    }
    <p><strong>${session.formation.title}</strong></p>
    ${withIcon('calendar', html`${sayHalfDays(session.halfDays).map((d) => html`${d}<br />`)}`)}
    ${withIcon(session.remote ? 'video' : 'place', session.place)}
    ${withIcon('euro', `${sayPrice(session.formation.priceCents)} hors taxes${people ? ' par participant' : ''}`)}
    ${handed && !handed.to ? html`<p>Transmise par ${handed.by} le ${sayDay(handed.at)}.</p>` : nothing}
    <p class="meta">Référence ${reference}</p>`;
}

/** For whoever is not the right person, or wants no mails. */
function others(at: Papers, file: AuthorityFile) {
  return html`<h2>Ce n’est pas pour vous ?</h2>
    ${file.silent ? notice('warm', 'Nous ne vous écrivons plus au sujet de cette demande, comme vous l’avez demandé.') : nothing}
    <ul class="rows">
      ${file.closed ? nothing : row(at, 'transmettre', 'Transmettre la demande à un ou une collègue')}
      ${row(at, 'silence', file.silent ? 'Recevoir de nouveau les e-mails' : 'Ne plus recevoir d’e-mails')}
    </ul>`;
}

const row = (at: Papers, view: View, title: string) =>
  html`<li>
    <a href=${at.address(view)} @click=${(e: Event) => (e.preventDefault(), at.go(view))}><span>${title}</span></a>
  </li>`;

function tasks(at: Papers, file: AuthorityFile) {
  const reads = Boolean(file.handed?.to);
  const refused = file.answer?.given === 'refus'; // nothing else is awaited
  return html`<h2>${reads ? 'Où en est la demande' : 'Ce que nous vous demandons'}</h2>
    <ul class="rows tasks">
      ${task(at, 'reponse', 'La réponse de la collectivité', answered(file))}
      ${refused && !file.billing ? nothing : task(at, 'facturation', 'La facturation', billed(file))}
      ${refused ? nothing : task(at, 'convention', 'La convention à signer', signed(file))}
    </ul>
    ${
      reads
        ? nothing
        : html`<p>
            Vous pouvez tout corriger jusqu’au début de la formation.
            ${file.people ? 'Les élus en sont prévenus' : 'L’élu ou l’élue en est prévenu'}, et nous aussi.
          </p>`
    }`;
}

/** « 3 pages envoyées », « un fichier envoyé » (a PDF, or one photograph). */
export const sayScan = ({ pages, pdf }: { pages: number; pdf?: boolean }) =>
  pages > 1 ? `${pages}\u00a0pages envoyées` : pdf ? 'un PDF envoyé' : 'une page envoyée';

interface State {
  done: boolean;
  text: string;
}

const stamp = (at: string, by?: string) => `le ${sayDay(at)}${by ? `, par ${by}` : ''}`;

function answered({ answer }: AuthorityFile): State {
  if (!answer) return { done: false, text: 'À faire' };
  return { done: true, text: `${answer.given === 'accord' ? 'Accord' : 'Refus'}, ${stamp(answer.at, answer.by)}` };
}

function billed({ billing }: AuthorityFile): State {
  if (!billing) return { done: false, text: 'À faire' };
  if (!billing.known) return { done: false, text: 'Pas encore connue : à compléter quand vous le pourrez' };
  return { done: true, text: `Donnée ${stamp(billing.at, billing.by)}` };
}

function signed({ convention, signature }: AuthorityFile): State {
  if (signature?.stale) return { done: false, text: 'À signer de nouveau : la convention a changé' };
  if (signature?.both) return { done: true, text: `Signée par les deux parties, le ${sayDay(signature.both)}` };
  if (signature) return { done: true, text: 'Signée par vous, l’organisme doit signer' };
  if (!convention) return { done: false, text: 'À faire' };
  if (convention.stale) return { done: false, text: 'À signer de nouveau : la convention a changé' };
  const how = convention.scan ? `Signée : ${sayScan(convention.scan)}` : 'Signée et renvoyée,';
  return { done: true, text: `${how} ${stamp(convention.at, convention.by)}` };
}

function task(at: Papers, view: View, title: string, state: State) {
  const reads = Boolean(at.file?.handed?.to); // somebody else is to do it
  const inside = html`${icon(state.done ? 'done' : 'todo', state.done ? 'ok' : '')}<span
      >${title}<span class="state ${state.done || reads ? '' : 'todo'}"
        >${reads && state.text === 'À faire' ? 'Pas encore' : state.text}</span
      ></span
    >`;
  if (reads) return html`<li class="off">${inside}</li>`;
  return html`<li>
    <a href=${at.address(view)} @click=${(e: Event) => (e.preventDefault(), at.go(view))}>${inside}</a>
  </li>`;
}

export function paper(at: Papers, p: Paper) {
  if (!p.available)
    return html`<li class="off">${icon('paper')}<span>${p.title} : ${p.reason ?? 'pas encore disponible'}</span></li>`;
  return html`<li>
    <button type="button" @click=${() => at.download(p.kind)}>
      ${icon('paper')}<span>${p.title} <small>(PDF)</small></span>
    </button>
  </li>`;
}
