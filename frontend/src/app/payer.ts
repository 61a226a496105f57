/**
 * Who pays in place of the mandate’s collectivité: behind a fold, since few need it. Without a name, nobody does. Fetched when a
 * collectivité pays, so that nobody else carries its weight; what it is made with comes from the page, so that the page is not cut in more
 * pieces for it.
 */
import type { html } from 'lit';
import type { checkText } from './check.js';
import type { Payer } from './contract.js';
import type { Errors, FormState, radios, textField, Values } from './form.js';
import type { plainText } from './plain.js';

export const KINDS: [string, string][] = [
  ['intercommunalite', 'Une intercommunalité'],
  ['commune', 'Une commune'],
  ['departement', 'Un département'],
  ['region', 'Une région'],
  ['autre', 'Un autre organisme public'],
];

export function payerFold(
  h: typeof html,
  choices: typeof radios,
  field: typeof textField,
  check: typeof checkText,
  plain: typeof plainText,
) {
  const nameIn = (v: Values) => plain(v['payerName'] ?? '');
  return {
    fields(known: Payer | undefined, typed: FormState) {
      const state = {
        ...typed,
        values: { payerName: known?.name ?? '', payerKind: known?.kind ?? '', ...typed.values },
      };
      // Once open it stays: a fold that closed while somebody empties a field would move the button under their finger.
      const shown = known || state.values.payerName || state.values.payerKind || typed.errors['payerName'];
      return h`<details class="fold" ?open=${shown}>
        <summary>Un autre organisme paie ?</summary>
        <div class="inside">
          ${field({ id: 'payerName', label: 'Son nom', hint: 'Les papiers et la facture lui sont adressés. Par exemple « Brest métropole ».', limit: 150, capitals: 'words', optional: true }, state)}
          ${choices(
            'payerKind',
            'Cet organisme est',
            KINDS.map(([value, label]) => ({ value, label })),
            state,
          )}
        </div>
      </details>`;
    },
    check(v: Values): Errors {
      const errors: Errors = {};
      const wrong = nameIn(v) && check(nameIn(v), '', 150);
      if (wrong) errors['payerName'] = wrong;
      if (nameIn(v) && !v['payerKind']) errors['payerKind'] = 'Dites quel organisme paie, ou effacez son nom.';
      return errors;
    },
    of(v: Values): Payer | undefined {
      return nameIn(v) ? { kind: v['payerKind'] ?? '', name: nameIn(v) } : undefined;
    },
  };
}
