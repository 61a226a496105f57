import content from 'echarpe:content';
import { checkEmail, checkText } from '../check.js';
import { isOpen } from '../choose.js';
import { MODES, type Enrolment, type Mode } from '../contract.js';
import { focusSummary, radios, read, textField, type Errors } from '../form.js';
import { sayCost } from '../french.js';
import { html, nothing } from '../page.js';
import { payer } from './contact-form.js';
import { plainEmail, plainText } from '../plain.js';
import type { File } from './file.js';

export function payment(at: File, file: Enrolment) {
  const values = {
    mode: file.funding as string,
    contactName: file.authorityContact?.name ?? '',
    contactEmail: file.authorityContact?.email ?? '',
    ...at.values,
  };
  const state = { values, errors: at.errors };
  const choices = MODES.map((mode) => {
    const open = isOpen(file.session, mode, Date.now());
    const { asks, title } = content.modes[mode];
    const reason = file.session.funding[mode].reason ?? 'Ce n’est plus possible pour cette session.';
    return {
      value: mode,
      label: mode === file.funding ? `${title} (votre choix actuel)` : title,
      hint: open || mode === file.funding ? asks : reason,
      disabled: !open && mode !== file.funding,
    };
  });
  return html`<p>
      ${file.status === 'waiting' ? 'Vous gardez votre rang dans la liste d’attente.' : 'Vous gardez votre place.'} Prix
      : ${sayCost(file.session.formation)}.
    </p>
    <form novalidate @submit=${(e: Event) => pay(at, e)} @change=${at.typing}>
      ${radios('mode', 'Façon de payer', choices, state)}
      ${
        values.mode === 'collectivite'
          ? html`<h2>La personne qui suit votre demande</h2>
              <p>Nous lui envoyons le devis, le programme et la convention, avec vous en copie.</p>
              ${textField({ id: 'contactName', label: 'Nom de la personne ou du service', optional: true, limit: 200 }, state)}
              ${textField({ id: 'contactEmail', label: 'Son adresse e-mail', type: 'email', inputmode: 'email', optional: true, limit: 254 }, state)}
              ${payer ? payer.fields(file.payer, state) : nothing}`
          : nothing
      }
      <div class="actions">
        <button class="button" aria-disabled=${at.busy ? 'true' : nothing}>Enregistrer cette façon de payer</button>
      </div>
    </form>`;
}

function pay(at: File, event: Event) {
  event.preventDefault();
  at.values = read(event.currentTarget as HTMLFormElement);
  const mode = (at.values['mode'] ?? '') as Mode;
  const [name, email] = [plainText(at.values['contactName'] ?? ''), plainEmail(at.values['contactEmail'] ?? '')];
  const errors: Errors = {};
  if (!mode) errors['mode'] = 'Choisissez une façon de payer.';
  if (mode === 'collectivite' && (name || email)) {
    const wrongName = checkText(name, 'Saisissez le nom de cette personne.');
    const wrongEmail = checkEmail(email, 'Saisissez l’adresse e-mail de cette personne.');
    if (wrongName) errors['contactName'] = wrongName;
    if (wrongEmail) errors['contactEmail'] = wrongEmail;
  }
  if (payer && mode === 'collectivite') Object.assign(errors, payer.check(at.values));
  at.errors = errors;
  if (Object.keys(errors).length) return void at.updateComplete.then(() => focusSummary(at));
  const contact = mode === 'collectivite' && name ? { name, email } : undefined;
  const paying = mode === 'collectivite' && payer ? (payer.of(at.values) ?? {}) : undefined;
  void at.act(
    () => at.api!.pay(mode, contact, paying),
    `C’est enregistré : ${content.modes[mode].title.toLowerCase().replace('dife', 'DIFE')}.`,
    '',
  );
}
