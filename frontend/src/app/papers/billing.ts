/** What the invoice needs, as Chorus Pro asks for it. */
import { checkText } from '../check.js';
import type { AuthorityFile } from '../contract.js';
import { radios, read, textField, type Errors } from '../form.js';
import { html, nothing } from '../page.js';
import { plainText } from '../plain.js';
import type { Papers } from './papers.js';

export function billing(at: Papers, file: AuthorityFile) {
  const had = file.billing;
  const values = {
    known: had ? (had.known ? 'oui' : 'non') : '',
    siret: had?.siret ?? '',
    service: had?.service ?? '',
    commitment: had?.commitment ?? '',
    address: had?.address ?? '',
    ...at.values,
  };
  const state = { values, errors: at.errors };
  return html`<p>La facture passe par Chorus Pro, après la formation.</p>
    <form novalidate @submit=${(e: Event) => send(at, e)} @change=${at.typing}>
      ${radios(
        'known',
        'Avez-vous ces informations ? (obligatoire)',
        [
          { value: 'oui', label: 'Oui', hint: 'Le numéro SIRET et l’adresse, au moins.' },
          { value: 'non', label: 'Pas encore', hint: 'Vous pourrez revenir ici par le même lien.' },
        ],
        state,
      )}
      ${
        values.known === 'oui'
          ? html`${textField({ id: 'siret', label: 'Numéro SIRET de la collectivité', hint: '14 chiffres.', inputmode: 'numeric', limit: 30, required: true }, state)}
            ${textField({ id: 'service', label: 'Code service', hint: 'Si votre collectivité en demande un dans Chorus Pro.', limit: 100, optional: true }, state)}
            ${textField({ id: 'commitment', label: 'Numéro d’engagement', hint: 'Le bon de commande, si votre collectivité en demande un.', limit: 50, optional: true }, state)}
            ${textField({ id: 'address', label: 'Adresse de facturation', hint: 'Numéro et rue, code postal et commune.', limit: 250, required: true, autocomplete: 'street-address' }, state)}`
          : nothing
      }
      <div class="actions">
        <button class="button" aria-disabled=${at.busy ? 'true' : nothing}>Enregistrer</button>
        ${
          had
            ? html`<button
                class="button quiet"
                type="button"
                @click=${() => at.act(() => at.api!.takeBack('billing'), 'C’est noté : ces informations sont effacées.')}
              >
                Effacer ces informations
              </button>`
            : nothing
        }
      </div>
    </form>`;
}

/** What is certainly wrong with a number is said at once; its key is the server's affair. */
function wrongSIRET(text: string): string {
  const digits = text.replace(/[\s.-]/g, '');
  if (!digits) return 'Saisissez le numéro SIRET, ou choisissez « Pas encore ».';
  return /^\d{14}$/.test(digits)
    ? ''
    : 'Un numéro SIRET a 14 chiffres. Vérifiez-le sur un courrier de votre collectivité.';
}

function send(at: Papers, event: Event) {
  event.preventDefault();
  at.values = read(event.currentTarget as HTMLFormElement);
  const { known, siret = '', service = '', commitment = '', address = '' } = at.values;
  const errors: Errors = {};
  if (!known) errors['known'] = 'Dites si vous avez déjà ces informations.';
  if (known === 'oui') {
    const checks = {
      siret: wrongSIRET(siret),
      address: checkText(address, 'Saisissez l’adresse de facturation.', 250),
    };
    for (const [id, wrong] of Object.entries(checks)) if (wrong) errors[id] = wrong;
  }
  if (at.wrong(errors)) return;
  const request =
    known === 'oui'
      ? {
          known: true,
          siret,
          service: plainText(service),
          commitment: plainText(commitment),
          address: plainText(address),
        }
      : { known: false };
  void at.act(
    () => at.api!.declare('billing', request),
    known === 'oui'
      ? 'C’est noté : nous avons ce qu’il faut pour la facture.'
      : 'C’est noté : revenez ici quand vous aurez ces informations.',
  );
}
