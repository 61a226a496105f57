/** Signing the convention online: the whole text first, then who signs, and « bon pour accord ». */
import { Problem } from '../api.js';
import { checkText } from '../check.js';
import { checkbox, radios, read, textField, type Errors, type Values } from '../form.js';
import { html, nothing, notice } from '../page.js';
import { plainText } from '../plain.js';
import type { Papers } from './papers.js';

export function signing(at: Papers) {
  if (at.shown === undefined) return html`<p class="waiting">Un instant…</p>`;
  if (at.shown === null) return notice('warm', 'Cette convention ne peut pas être signée en ligne pour le moment.');
  const state = { values: at.values, errors: at.errors };
  return html`<p>
      Lisez tout le texte, puis signez en bas de page.
      ${at.file?.answer ? nothing : 'Signer vaut accord de la collectivité.'}
    </p>
    <section class="panel text" aria-label="Texte de la convention">${paragraphs(at.shown.text)}</section>
    <h2>Signer</h2>
    <form novalidate @submit=${(e: Event) => send(at, e)} @change=${at.typing}>
      ${textField({ id: 'name', label: 'Vos prénom et nom', limit: 120, required: true, autocomplete: 'name' }, state)}
      ${textField({ id: 'function', label: 'Votre fonction', hint: 'Par exemple : maire, première adjointe, directeur général des services.', limit: 120, required: true }, state)}
      ${radios(
        'right',
        'À quel titre signez-vous ? (obligatoire)',
        [
          { value: 'executif', label: 'Maire, président ou présidente' },
          {
            value: 'delegation',
            label: 'Par délégation de signature',
            hint: 'Un arrêté du maire, du président ou de la présidente vous permet de signer cette convention.',
          },
        ],
        state,
      )}
      ${checkbox('agreed', 'Bon pour accord : j’ai lu la convention et je la signe pour la collectivité.', state)}
      <p>
        C’est une signature électronique simple, au sens du règlement européen eIDAS. Nous gardons votre nom, votre
        fonction, la date et l’heure, et l’empreinte du texte :
        <span class="break">${at.shown.digest}</span>.
      </p>
      <div class="actions">
        <button class="button" aria-disabled=${at.busy ? 'true' : nothing}>Signer la convention</button>
      </div>
    </form>`;
}

/** The text as it will be kept: its lines, drawn. */
function paragraphs(text: string) {
  const lines = text.split('\n').filter(Boolean);
  const blocks: unknown[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    if (line.startsWith('## ')) blocks.push(html`<h2>${line.slice(3)}</h2>`);
    else if (line.startsWith('- ')) {
      const items = [line];
      while (lines[i + 1]?.startsWith('- ')) items.push(lines[++i]!);
      blocks.push(
        html`<ul>
          ${items.map((item) => html`<li>${item.slice(2)}</li>`)}
        </ul>`,
      );
    } else blocks.push(html`<p class="break">${line}</p>`);
  }
  return blocks;
}

/** What is typed, as it is sent, and what is missing from it. */
export function signatureOf(values: Values) {
  const [name, role] = [plainText(values['name'] ?? ''), plainText(values['function'] ?? '')];
  const { right, agreed } = values;
  const checks = {
    name: checkText(name, 'Saisissez vos prénom et nom.', 120),
    function: checkText(role, 'Saisissez votre fonction.', 120),
    right: right ? '' : 'Dites à quel titre vous signez.',
    agreed: agreed ? '' : 'Cochez «\u00a0Bon pour accord\u00a0» pour signer.',
  };
  const errors: Errors = {};
  for (const [id, wrong] of Object.entries(checks)) if (wrong) errors[id] = wrong;
  return { errors, signature: { name, function: role, right, agreed: true } };
}

function send(at: Papers, event: Event) {
  event.preventDefault();
  at.values = read(event.currentTarget as HTMLFormElement);
  const { errors, signature } = signatureOf(at.values);
  if (at.wrong(errors)) return;
  const { text, seal } = at.shown!;
  void at.act(
    () => at.api!.declare('signature', { text, seal, ...signature }).catch((error: unknown) => readAgain(at, error)),
    'C’est signé. L’organisme doit signer à son tour\u00a0: nous vous enverrons la convention signée.',
  );
}

/** The convention changed meanwhile: the new text is shown, what was typed stays, and agreeing is for who has read it. */
async function readAgain(at: Papers, error: unknown): Promise<never> {
  if (error instanceof Problem && error.status === 409) {
    at.shown = await at.api!.convention().catch(() => at.shown);
    at.values = { ...at.values, agreed: '' };
  }
  throw error;
}
