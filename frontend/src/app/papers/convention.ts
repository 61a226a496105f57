/** The convention: to download, sign by hand and send back. */
import content from 'echarpe:content';
import type { AuthorityFile } from '../contract.js';
import { html, nothing, notice } from '../page.js';
import { paper } from './home.js';
import type { Papers } from './papers.js';

export function convention(at: Papers, file: AuthorityFile) {
  const pdf = file.papers.find((p) => p.kind === 'convention');
  const had = file.convention;
  const done = had && !had.stale;
  if (!pdf?.available) return notice('warm', pdf?.reason ?? 'La convention n’est pas encore prête.');
  return html`${
      had?.stale
        ? notice(
            'warm',
            'La convention a changé depuis que vous l’avez signée. La nouvelle annule et remplace la précédente : elle est à signer de nouveau.',
          )
        : nothing
    }
    <ol>
      <li>Téléchargez la convention, en deux exemplaires.</li>
      <li>Faites-la signer par le maire, par le président ou la présidente, ou par une personne qui a délégation.</li>
      <li>
        Renvoyez-nous un exemplaire signé, par courrier ou à
        <a class="break" href="mailto:${content.organisation.email}">${content.organisation.email}</a>.
      </li>
    </ol>
    <ul class="rows">
      ${paper(at, pdf)}
    </ul>
    ${file.answer ? nothing : html`<p>Déclarer la convention signée vaut accord de la collectivité.</p>`}
    <div class="actions">
      ${
        done
          ? html`<button
              class="button quiet"
              type="button"
              @click=${() => at.act(() => at.api!.takeBack('convention'), 'C’est noté : la convention reste à signer.')}
            >
              Ce n’est pas fait
            </button>`
          : html`<button
              class="button"
              type="button"
              aria-disabled=${at.busy ? 'true' : nothing}
              @click=${() => at.act(() => at.api!.declare('convention'), 'C’est noté : la convention est signée et renvoyée. Merci.')}
            >
              Je l’ai signée et renvoyée
            </button>`
      }
    </div>`;
}
