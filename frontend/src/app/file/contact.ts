/** Who follows the request at the collectivité: who it is, what they were sent and when. */
import type { Enrolment } from '../contract.js';
import { sayInstant } from '../french.js';
import { html, nothing, notice } from '../page.js';
import type { File } from './file.js';
import { row } from './home.js';

export function contact(at: File, file: Enrolment) {
  if (file.funding !== 'collectivite') return nothing;
  const { authorityContact: c, sentToContact: sent = [] } = file;
  return html`<h2>Votre contact à la collectivité</h2>
    ${file.payer ? html`<p>Organisme qui paie : ${file.payer.name}</p>` : nothing}
    ${
      c
        ? html`<p>${c.name}<br /><span class="break">${c.email}</span></p>
            ${c.from ? html`<p>${c.from} lui a transmis la demande.</p>` : nothing}
            ${c.silent ? notice('warm', 'Cette personne ne veut plus recevoir nos e-mails. Parlez-en avec elle, ou indiquez-nous quelqu’un d’autre.') : nothing}
            ${sent.some((s) => s.returned) ? notice('alert', 'Un message est revenu : cette adresse ne fonctionne pas. Corrigez-la.') : nothing}
            ${
              sent.length
                ? html`<p>Ce que nous lui avons envoyé :</p>
                    <ul>
                      ${sent.map((s) => html`<li>${s.label}, ${sayInstant(s.at)}${s.returned ? ' (revenu)' : ''}</li>`)}
                    </ul>`
                : html`<p>
                    Nous lui envoyons le devis, le programme et la convention un jour ouvré, entre 8 h et 20 h.
                  </p>`
            }`
        : html`<p>Donnez-nous son nom et son adresse : nous lui envoyons le devis, le programme et la convention.</p>`
    }
    <ul class="rows">
      ${row(at, 'contact', c ? 'Corriger ce contact' : 'Indiquer un contact')}
    </ul>`;
}
