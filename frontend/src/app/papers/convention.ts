/** The convention: to sign online where the organisation chose so, or to download, sign by hand and send back. */
import content from 'echarpe:content';
import type { AuthorityFile } from '../contract.js';
import { sayDay } from '../french.js';
import { html, nothing, notice } from '../page.js';
import { paper } from './home.js';
import type { Papers } from './papers.js';

export function convention(at: Papers, file: AuthorityFile) {
  const pdf = file.papers.find((p) => p.kind === 'convention');
  const signed = file.signature;
  if (signed && !signed.stale) return online(at, file);
  if (!pdf?.available) return notice('warm', pdf?.reason ?? 'La convention n’est pas encore prête.');
  if (at.shown === undefined) return html`<p class="waiting">Un instant…</p>`;
  return html`${
    file.convention?.stale || signed?.stale
      ? notice(
          'warm',
          'La convention a changé depuis que vous l’avez signée : cette signature est sans effet. La nouvelle annule et remplace la précédente, elle est à signer de nouveau.',
        )
      : nothing
  }
  ${at.shown ? choice(at) : nothing} ${byHand(at, file)}`;
}

const choice = (at: Papers) =>
  html`<h2>En ligne</h2>
    <p>Vous lisez la convention, puis vous la signez ici. L’organisme la signe ensuite, et chacun la reçoit signée.</p>
    <p>
      <a class="button" href=${at.address('signer')} @click=${(e: Event) => (e.preventDefault(), at.go('signer'))}
        >Lire et signer en ligne</a
      >
    </p>
    <h2>Ou à la main</h2>`;

/** Signed online: what is left, and the way back. */
function online(at: Papers, { papers, signature }: AuthorityFile) {
  const pdf = papers.find((p) => p.kind === 'convention-signee');
  const who = `${signature!.by}, ${signature!.function}, le ${sayDay(signature!.at)}`;
  const { email, phone } = content.organisation;
  return html`${
      signature!.both
        ? notice('good', `La convention est signée par les deux parties depuis le ${sayDay(signature!.both)}.`)
        : notice('warm', 'La convention est signée par vous. L’organisme doit la signer : nous vous l’enverrons alors.')
    }
    <p>Pour la collectivité : ${who}.</p>
    <ul class="rows">
      ${pdf ? paper(at, pdf) : nothing}
    </ul>
    ${
      signature!.both
        ? html`<p>
            Pour revenir dessus avant la formation, appelez-nous au
            <a class="nowrap" href="tel:${phone.replace(/\s/g, '')}">${phone}</a> ou écrivez à
            <a class="break" href="mailto:${email}">${email}</a>.
          </p>`
        : html`<p>Vous pouvez reprendre votre signature tant que l’organisme n’a pas signé.</p>
            <div class="actions">
              <button
                class="button quiet"
                type="button"
                aria-disabled=${at.busy ? 'true' : nothing}
                @click=${() => at.act(() => at.api!.takeBack('signature'), 'C’est noté : votre signature est reprise.')}
              >
                Reprendre ma signature
              </button>
            </div>`
    }`;
}

function byHand(at: Papers, file: AuthorityFile) {
  const pdf = file.papers.find((p) => p.kind === 'convention')!;
  const done = file.convention && !file.convention.stale;
  return html`<ol>
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
              class="button ${at.shown ? 'quiet' : ''}"
              type="button"
              aria-disabled=${at.busy ? 'true' : nothing}
              @click=${() => at.act(() => at.api!.declare('convention'), 'C’est noté : la convention est signée et renvoyée. Merci.')}
            >
              Je l’ai signée et renvoyée
            </button>`
      }
    </div>`;
}
