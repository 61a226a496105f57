/** The contact at the collectivité, given or corrected. */
import { checkEmail, checkText } from '../check.js';
import type { Enrolment } from '../contract.js';
import { focusSummary, radios, read, textField, type Errors } from '../form.js';
import { html, nothing } from '../page.js';
import type { payerFold } from '../payer.js';
import { plainEmail, plainText } from '../plain.js';
import type { File } from './file.js';

export let payer: ReturnType<typeof payerFold> | undefined;

/** Without network the fold stays away. */
export const loadPayer = (then: () => unknown) =>
  import('../payer.js').then(
    (m) => ((payer = m.payerFold(html, radios, textField, checkText, plainText)), then()),
    () => 0,
  );

export function contactForm(at: File, file: Enrolment) {
  const values = {
    contactName: file.authorityContact?.name ?? '',
    contactEmail: file.authorityContact?.email ?? '',
    ...at.values,
  };
  const state = { values, errors: at.errors };
  return html`<p>Nous envoyons à cette personne le devis, le programme et la convention, avec vous en copie.</p>
    <form novalidate @submit=${(e: Event) => save(at, e)} @change=${at.typing}>
      ${textField({ id: 'contactName', label: 'Nom de la personne ou du service', limit: 200, required: true }, state)}
      ${textField({ id: 'contactEmail', label: 'Son adresse e-mail', type: 'email', inputmode: 'email', limit: 254, required: true }, state)}
      ${payer ? payer.fields(file.payer, state) : nothing}
      <div class="actions">
        <button class="button" aria-disabled=${at.busy ? 'true' : nothing}>Enregistrer ce contact</button>
      </div>
    </form>`;
}

function save(at: File, event: Event) {
  event.preventDefault();
  at.values = read(event.currentTarget as HTMLFormElement);
  const [name, email] = [plainText(at.values['contactName'] ?? ''), plainEmail(at.values['contactEmail'] ?? '')];
  const wrong: [string, string | undefined][] = [
    ['contactName', checkText(name, 'Saisissez le nom de cette personne.')],
    ['contactEmail', checkEmail(email, 'Saisissez l’adresse e-mail de cette personne.')],
  ];
  at.errors = {
    ...(Object.fromEntries(wrong.filter(([, text]) => text)) as Errors),
    ...(payer && payer.check(at.values)),
  };
  if (Object.keys(at.errors).length) return void at.updateComplete.then(() => focusSummary(at));
  void at.act(
    () => at.api!.pay('collectivite', { name, email }, payer && (payer.of(at.values) ?? {})),
    'C’est enregistré : nous lui envoyons les papiers.',
    '',
  );
}
