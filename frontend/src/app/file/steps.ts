/** The steps of the funding: the next one open, the others folded. */
import { html, nothing } from 'lit';
import type { Enrolment, Link, Paper, Step } from '../contract.js';
import { sayDay } from '../french.js';
import { icon } from '../icons.js';
import { notice } from '../page.js';
import { personal } from './personal.js';

const phones = (text: string) => {
  const parts = text.split(/(\b0\d(?: \d\d){4}\b)/);
  return parts.map((p, i) => (i % 2 ? html`<a class="nowrap" href="tel:${p.replace(/ /g, '')}">${p}</a>` : p));
};

const linkList = (links: Link[] = []) =>
  links.length
    ? html`<ul class="links">
        ${links.map((l) => html`<li><a href=${l.url} rel="noreferrer">${l.title}</a>${l.verified ? nothing : html` <small>(page la plus proche que nous ayons trouvée)</small>`}</li>`)}
      </ul>`
    : nothing;

const paragraphs = (body: string[] = []) => body.map((p) => html`<p>${phones(p)}</p>`);

const WHO = { holder: '', staff: '', authority: ' par votre collectivité' };

function state(step: Step) {
  if (step.done)
    return html`<span class="state"
      >Déclaré
      fait${WHO[step.doneBy ?? 'holder']}${step.doneAt ? ` le ${sayDay(step.doneAt)}` : ''}${step.doneBy === 'staff' ? ', noté par nous' : ''}</span
    >`;
  if (step.available === false) return html`<span class="state">Impossible pour l’instant</span>`;
  return html`<span class="state todo">À faire</span>`;
}

export function stepView(
  step: Step,
  index: number,
  file: Enrolment,
  mark: (step: Step, done: boolean) => void,
  busy: boolean,
  paper: (p: Paper) => unknown,
) {
  const next = file.nextStep === step.key && !file.otherWay;
  const drawing = step.done ? icon('done', 'ok') : icon(step.available === false ? 'clock' : 'todo');
  return html`<details class="fold ${next ? 'next' : ''}" id="etape-${step.key}" ?open=${next}>
    <summary>
      ${drawing}<span
        ><h3>${index + 1}. ${step.title}</h3>
        ${state(step)}</span
      >
    </summary>
    <div class="inside">
      ${step.available === false && step.unavailableReason ? notice('warm', step.unavailableReason) : nothing}
      ${step.said?.length ? notice('plain', html`${paragraphs(step.said)}`) : nothing}
      ${paragraphs(step.body ?? (step.summary ? [step.summary] : []))}
      ${
        step.options?.length
          ? html`<ul class="options">
              ${step.options.map((o) => option(o))}
            </ul>`
          : nothing
      }
      ${papers(step, file, paper)} ${personal(step, file)} ${linkList(step.links)}
      ${
        step.help?.length
          ? html`<h4>En cas de difficulté</h4>
              <ul>
                ${step.help.map((h) => html`<li>${phones(h)}</li>`)}
              </ul>`
          : nothing
      }
      ${step.available === false && !step.done ? nothing : button(step, mark, busy)}
    </div>
  </details>`;
}

const option = (o: NonNullable<Step['options']>[number]) =>
  html`<li class=${o.recommended ? 'best' : ''}>
    <h4>${o.title}${o.recommended ? html` <span class="tag">FORTEMENT CONSEILLÉ</span>` : nothing}</h4>
    ${paragraphs(o.body)}
    ${o.delay ? html`<p><strong>Délai :</strong> ${o.delay.charAt(0).toLowerCase() + o.delay.slice(1)}</p>` : nothing}
    ${linkList(o.links)}
  </li>`;

/** The papers that the step is done with, before it is said to be. */
function papers(step: Step, file: Enrolment, paper: (p: Paper) => unknown) {
  const mine = (step.papers ?? []).flatMap((kind) => file.papers?.filter((p) => p.kind === kind) ?? []);
  return mine.length
    ? html`<ul class="rows">
        ${mine.map(paper)}
      </ul>`
    : nothing;
}

function button(step: Step, mark: (step: Step, done: boolean) => void, busy: boolean) {
  return html`<p class="actions">
    <button
      class="button ${step.done ? 'quiet' : ''}"
      type="button"
      aria-disabled=${busy ? 'true' : nothing}
      @click=${() => mark(step, !step.done)}
    >
      ${step.done ? html`Ce n’est pas fait<span class="hidden"> : ${step.title}</span>` : (step.doneLabel ?? html`C’est fait<span class="hidden"> : ${step.title}</span>`)}
    </button>
  </p>`;
}
