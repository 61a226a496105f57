/** One's own e-mail address: another is asked for, and nothing changes until it confirms by the link that it receives. */
import { FileAPI } from '../api.js';
import { checkEmail } from '../check.js';
import type { Enrolment } from '../contract.js';
import { focusSummary, read, textField } from '../form.js';
import { sayDay, sayHour } from '../french.js';
import { linkIn } from '../link.js';
import { html, nothing, notice } from '../page.js';
import { plainEmail } from '../plain.js';
import type { File } from './file.js';

/** Says that an address waits to be confirmed. */
export function pending({ newEmail }: Enrolment) {
  if (!newEmail) return nothing;
  return notice(
    'warm',
    html`<p>
      Un e-mail est parti à <strong class="break">${newEmail.email}</strong>. Ouvrez le lien qu’il contient pour
      confirmer cette adresse, avant le ${sayDay(newEmail.by)} à ${sayHour(newEmail.by)}. Jusque-là, rien ne change.
    </p>`,
    'clock',
  );
}

export function address(at: File, file: Enrolment) {
  const state = { values: at.values, errors: at.errors };
  return html`<p>Votre adresse aujourd’hui : <strong class="break">${file.person?.email}</strong></p>
    ${pending(file)}
    <form novalidate @submit=${(e: Event) => saveEmail(at, e)}>
      ${textField({ id: 'email', label: 'Nouvelle adresse e-mail', hint: 'Nous y envoyons un lien, à ouvrir pour la confirmer.', type: 'email', inputmode: 'email', autocomplete: 'email', limit: 254, required: true }, state)}
      <div class="actions">
        <button class="button" aria-disabled=${at.busy ? 'true' : nothing}>Recevoir le lien à cette adresse</button>
        ${file.newEmail ? html`<button class="button quiet" type="button" @click=${() => keepMine(at, file)}>Garder mon adresse actuelle</button>` : nothing}
      </div>
    </form>`;
}

function saveEmail(at: File, event: Event) {
  event.preventDefault();
  at.values = read(event.currentTarget as HTMLFormElement);
  const wrong = checkEmail(at.values['email'], 'Saisissez votre nouvelle adresse e-mail.');
  at.errors = wrong ? { email: wrong } : {};
  if (wrong) return void at.updateComplete.then(() => focusSummary(at));
  const email = plainEmail(at.values['email'] ?? '');
  const own = email.toLowerCase() === at.file?.person?.email;
  const said = own
    ? 'C’est déjà l’adresse de votre inscription : elle ne change pas.'
    : 'C’est noté : ouvrez le lien de l’e-mail que nous venons d’envoyer à votre nouvelle adresse.';
  void at.act(() => at.api!.email(email), said, 'donnees');
}

function keepMine(at: File, file: Enrolment) {
  void at.act(() => at.api!.email(file.person!.email), 'C’est fait : votre adresse ne change pas.', 'donnees');
}

/** Whether the page was opened by the link that an address to confirm received: it opens no file, it only confirms. */
export const confirms = (token: string) => /^\d+\.e\./.test(token);

export function confirmation(at: File) {
  const general = at.errors['general'];
  return html`<div role="alert">${general ? notice('alert', general) : nothing}</div>
    <h1>Confirmer votre nouvelle adresse ?</h1>
    <p>
      Les messages de votre inscription viendront ici, et les liens reçus à l’ancienne adresse n’ouvriront plus votre
      dossier.
    </p>
    <div class="actions">
      <button class="button" type="button" aria-disabled=${at.busy ? 'true' : nothing} @click=${() => confirmNow(at)}>
        Confirmer cette adresse
      </button>
    </div>
    <p>Vous n’avez rien demandé ? Fermez cette page : rien ne changera.</p>`;
}

async function confirmNow(at: File) {
  if (!at.tap('confirm') || at.busy) return;
  at.busy = true;
  try {
    const { link } = await at.api!.confirmEmail();
    const { id, token } = linkIn(new URL(link).hash)!;
    at.api = new FileAPI(id, token);
    history.replaceState(null, '', `/dossier/#${id}.${token}`);
    await at.open();
    at.said = 'C’est fait : votre nouvelle adresse est confirmée.';
    void at.toTop();
  } catch (error) {
    at.refuse(error);
  } finally {
    at.busy = false;
  }
}
