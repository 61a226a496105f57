/** What the steps of a personal contract need: where it goes, and how it is paid. */
import type { Enrolment, Step } from '../contract.js';
import { sayLongDay, sayPrice } from '../french.js';
import { html, nothing } from '../page.js';

export function personal(step: Step, { payment: p }: Enrolment) {
  if (!p) return nothing;
  if (step.key === 'contrat')
    return facts('Où renvoyer le contrat signé', [
      ['Par e-mail', p.email],
      ['Par courrier', p.address],
    ]);
  if (step.key !== 'acompte') return nothing;
  return facts('Pour payer', [
    p.firstCents
      ? ['Acompte', `${sayPrice(p.firstCents)} au plus, sur ${sayPrice(p.totalCents)} TTC`]
      : ['Prix', `${sayPrice(p.totalCents)} TTC`],
    ['À partir du', p.from ? sayLongDay(p.from) : 'lendemain du délai de rétractation'],
    ['Bénéficiaire', p.payee],
    ['IBAN', p.iban],
    ['Référence à indiquer', p.reference],
  ]);
}

const facts = (title: string, rows: [string, string | number | undefined][]) =>
  html`<h4>${title}</h4>
    <dl class="answers">
      ${rows.map(([name, value]) =>
        value
          ? html`<div>
              <dt>${name}</dt>
              <dd class="break">${value}</dd>
            </div>`
          : nothing,
      )}
    </dl>`;
