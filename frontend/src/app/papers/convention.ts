/** The convention: to sign online where the organisation chose so, or to download, sign by hand and send back. */
import content from 'echarpe:content';
import type { AuthorityFile, Paper } from '../contract.js';
import { sayDay } from '../french.js';
import { html, nothing, notice } from '../page.js';
import { paper, sayScan } from './home.js';
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
  const { convention: had } = file;
  if (had && !had.stale) return returned(at, file, pdf);
  const email = html`<a class="break" href="mailto:${content.organisation.email}">${content.organisation.email}</a>`;
  return html`<ol>
      <li>Téléchargez la convention${file.scans ? nothing : ', en deux exemplaires'}.</li>
      <li>Faites-la signer par le maire, par le président ou la présidente, ou par une personne qui a délégation.</li>
      <li>
        ${
          file.scans
            ? 'Envoyez-la-nous signée depuis cette page, en PDF ou en photos.'
            : html`Renvoyez-nous un exemplaire signé, par courrier ou à ${email}.`
        }
      </li>
    </ol>
    <ul class="rows">
      ${paper(at, pdf)}
    </ul>
    ${file.answer ? nothing : html`<p>Déclarer la convention signée vaut accord de la collectivité.</p>`}
    ${
      file.scans
        ? html`<div class="actions">
              <a
                class="button ${at.shown ? 'quiet' : ''}"
                href=${at.address('envoi')}
                @click=${(e: Event) => (e.preventDefault(), at.go('envoi'))}
                >Envoyer la convention signée</a
              >
            </div>
            <h2>Ou par courrier, ou par e-mail</h2>
            <p>Renvoyez-nous un exemplaire signé, par courrier ou à ${email}. Dites-le ici une fois que c’est fait.</p>`
        : nothing
    }
    <div class="actions">
      <button
        class="button ${at.shown || file.scans ? 'quiet' : ''}"
        type="button"
        aria-disabled=${at.busy ? 'true' : nothing}
        @click=${() => at.act(() => at.api!.declare('convention'), 'C’est noté : la convention est signée et renvoyée. Merci.')}
      >
        Je l’ai signée et renvoyée
      </button>
    </div>`;
}

/** Signed and returned, by the page or otherwise: what we have, and the way back. */
function returned(at: Papers, { convention: had }: AuthorityFile, pdf: Paper) {
  const { scan, by } = had!;
  const when = sayDay(scan?.sentAt ?? had!.at);
  return html`${notice('good', `${scan ? `Convention signée : ${sayScan(scan)}` : 'Convention signée et renvoyée'} le ${when}${by ? `, par ${by}` : ''}.`)}
    <ul class="rows">
      ${paper(at, pdf)}
    </ul>
    ${scan ? html`<p>Ce n’est pas la bonne ? Effacez votre envoi, puis recommencez.</p>` : nothing}
    <div class="actions">
      <button
        class="button quiet"
        type="button"
        aria-disabled=${at.busy ? 'true' : nothing}
        @click=${() => at.act(() => at.api!.takeBack('convention'), scan ? 'C’est noté : votre envoi est effacé, la convention reste à signer.' : 'C’est noté : la convention reste à signer.')}
      >
        ${scan ? 'Effacer mon envoi' : 'Ce n’est pas fait'}
      </button>
    </div>`;
}

/** The screen that sends the pages is fetched when it is opened. */
export function sendScan(at: Papers, file: AuthorityFile) {
  const { convention: had } = file;
  if (!file.scans || (had && !had.stale))
    return notice(
      'warm',
      file.scans ? 'La convention est déjà déclarée signée.' : 'Cette convention s’envoie par courrier ou par e-mail.',
    );
  if (at.sending === null)
    return html`${notice('warm', 'Le réseau ne répond pas.', 'offline')}
      <p><button class="button" type="button" @click=${at.show}>Réessayer</button></p>`;
  return at.sending?.draw(file) ?? html`<p class="waiting">Un instant…</p>`;
}
