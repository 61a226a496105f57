import answers from 'echarpe:answers';
import { checkPhone } from '../check.js';
import type { Enrolment } from '../contract.js';
import { focusSummary, needsField, read, textField } from '../form.js';
import { html, nothing, notice } from '../page.js';
import { plainPhone, plainText } from '../plain.js';
import { pending } from './address.js';
import type { File } from './file.js';
import { row } from './home.js';
import { isLive } from './status.js';
import { forget } from './vault.js';

export function data(at: File, file: Enrolment) {
  const p = file.person;
  const rows: [string, string | undefined][] = [
    ['Nom', p && [p.title, p.firstName, p.lastName].filter(Boolean).join(' ')],
    ['Nom de naissance', p?.birthName],
    ['E-mail', p?.email],
    ['Téléphone', dialled(p?.phone)],
    ['Pour suivre la formation, il vous faut', file.needs],
    ['Mandat', answers.mandates.find((m) => m.key === file.mandate?.kind)?.title],
    ['Collectivité', file.mandate?.authority],
    ['Organisme qui paie', file.payer?.name],
    [
      'Contact à la collectivité',
      file.authorityContact && `${file.authorityContact.name}, ${file.authorityContact.email}`,
    ],
  ];
  return html`<dl class="answers">
      ${rows.map(([name, value]) =>
        value
          ? html`<div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>`
          : nothing,
      )}
    </dl>
    ${pending(file)}
    <p>Une autre erreur ? Appelez-nous ou répondez à l’un de nos e-mails, nous la corrigeons.</p>
    <ul class="rows">
      ${file.proof || !isLive(file) ? nothing : row(at, 'adresse', 'Corriger mon adresse e-mail')}
      ${row(at, 'telephone', 'Corriger mon téléphone')}
      ${isLive(file) ? row(at, 'besoin', file.needs ? 'Corriger ou effacer ce qu’il vous faut' : 'Dire ce qu’il vous faut pour suivre la formation') : nothing}
      <li>
        <button type="button" @click=${() => at.download(() => at.api!.export(), `dossier-${file.reference}.json`)}>
          Télécharger toutes mes données
        </button>
      </li>
      <li><button type="button" @click=${() => forgetHere(at)}>Oublier sur cet appareil</button></li>
      ${row(at, 'effacer', 'Effacer mon dossier')}
    </ul>
    <p role="status">${at.said}</p>
    <p class="meta"><a href="/donnees-personnelles/">Ce que nous gardons, et combien de temps</a></p>`;
}

/** A number as it is dialled and said in France: 06 12 34 56 78; one from elsewhere stays as it is. */
const dialled = (phone = '') =>
  /^\+33\d{9}$/.test(phone) ? `0${phone.slice(3)}`.replace(/\d\d(?=\d)/g, '$& ') : phone;

export function telephone(at: File, file: Enrolment) {
  const state = { values: { phone: dialled(file.person?.phone), ...at.values }, errors: at.errors };
  return html`<form novalidate @submit=${(e: Event) => savePhone(at, e)}>
    ${textField({ id: 'phone', label: 'Téléphone', hint: 'Laissez vide pour n’en donner aucun.', type: 'tel', inputmode: 'tel', autocomplete: 'tel', limit: 40, optional: true }, state)}
    <div class="actions">
      <button class="button" aria-disabled=${at.busy ? 'true' : nothing}>Enregistrer ce numéro</button>
    </div>
  </form>`;
}

export function needs(at: File, file: Enrolment) {
  const state = { values: { needs: file.needs ?? '', ...at.values }, errors: at.errors };
  return html`<form
    novalidate
    @submit=${(e: Event) => {
      e.preventDefault();
      at.values = read(e.currentTarget as HTMLFormElement);
      const said = plainText(at.values['needs'] ?? '');
      void at.act(() => at.api!.needs(said), said ? 'C’est enregistré.' : 'C’est fait : nous n’en gardons rien.', '');
    }}
  >
    ${needsField('Il vous faut', state, ' Laissez vide pour l’effacer maintenant.')}
    <div class="actions">
      <button class="button" aria-disabled=${at.busy ? 'true' : nothing}>Enregistrer</button>
    </div>
  </form>`;
}

function savePhone(at: File, event: Event) {
  event.preventDefault();
  at.values = read(event.currentTarget as HTMLFormElement);
  const wrong = checkPhone(at.values['phone']);
  at.errors = wrong ? { phone: wrong } : {};
  if (wrong) return void at.updateComplete.then(() => focusSummary(at));
  const phone = plainPhone(at.values['phone'] ?? '');
  void at.act(
    () => at.api!.phone(phone),
    phone ? 'C’est enregistré\u00a0: votre téléphone est corrigé.' : 'C’est fait : nous n’avons plus votre téléphone.',
    '',
  );
}

function forgetHere(at: File) {
  forget(at.file!.id);
  at.said = 'C’est fait : ce dossier n’est plus gardé sur cet appareil. Le lien de votre e-mail l’ouvre toujours.';
}

export function erase(at: File) {
  return html`${notice('alert', 'Votre place est rendue et vos données sont effacées, sauf ce que la loi nous oblige à garder. C’est définitif.')}
    <div class="actions">
      <button class="button danger" type="button" @click=${() => eraseNow(at)}>
        Effacer mon dossier pour toujours
      </button>
      <button class="button quiet" type="button" @click=${() => at.go('')}>Ne rien effacer</button>
    </div>`;
}

async function eraseNow(at: File) {
  if (!at.tap('erase') || at.busy) return;
  at.busy = true;
  try {
    await at.api!.erase();
    forget(at.api!.id);
    at.file = undefined;
    at.view = 'adieu';
    history.replaceState(null, '', '/dossier/');
    void at.toTop();
  } catch (error) {
    at.tell(error);
  } finally {
    at.busy = false;
  }
}
