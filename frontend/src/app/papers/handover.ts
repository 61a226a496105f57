/** Passing the request to a colleague, and asking for no more mails. */
import { checkEmail, checkText } from '../check.js';
import type { AuthorityFile } from '../contract.js';
import { read, textField, type Errors } from '../form.js';
import { html, nothing, notice } from '../page.js';
import { plainEmail, plainText } from '../plain.js';
import type { Papers } from './papers.js';

export function handover(at: Papers, file: AuthorityFile) {
  const state = { values: at.values, errors: at.errors };
  return html`<p>
      Nous lui envoyons les documents et un lien pour répondre.
      ${file.people ? 'Les élus en sont prévenus' : 'L’élu ou l’élue en est prévenu'}.
    </p>
    ${notice('warm', 'Ensuite, votre lien permettra seulement de lire la demande.')}
    <form novalidate @submit=${(e: Event) => send(at, e)} @change=${at.typing}>
      ${textField({ id: 'name', label: 'Nom de la personne ou du service', limit: 120, required: true }, state)}
      ${textField({ id: 'email', label: 'Son adresse e-mail', type: 'email', inputmode: 'email', limit: 254, required: true }, state)}
      <div class="actions">
        <button class="button" aria-disabled=${at.busy ? 'true' : nothing}>Transmettre la demande</button>
      </div>
    </form>`;
}

function send(at: Papers, event: Event) {
  event.preventDefault();
  at.values = read(event.currentTarget as HTMLFormElement);
  const [name, email] = [plainText(at.values['name'] ?? ''), plainEmail(at.values['email'] ?? '')];
  const checks = {
    name: checkText(name, 'Saisissez le nom de cette personne.', 120),
    email: checkEmail(email, 'Saisissez l’adresse e-mail de cette personne.'),
  };
  const errors: Errors = {};
  for (const [id, wrong] of Object.entries(checks)) if (wrong) errors[id] = wrong;
  if (at.wrong(errors)) return;
  void at.act(() => at.api!.declare('handover', { name, email }), `C’est transmis : nous écrivons à ${name}.`);
}

export function silence(at: Papers, file: AuthorityFile) {
  return file.silent ? writeAgain(at) : stop(at, file);
}

function writeAgain(at: Papers) {
  return html`<p>
      Nous vous écrirons de nouveau au sujet de cette demande, s’il reste quelque chose à faire ou si elle change.
    </p>
    <div class="actions">
      <button
        class="button"
        type="button"
        aria-disabled=${at.busy ? 'true' : nothing}
        @click=${() => at.act(() => at.api!.takeBack('silence'), 'C’est noté : nous vous écrirons de nouveau.')}
      >
        Recevoir de nouveau les e-mails
      </button>
    </div>`;
}

function stop(at: Papers, file: AuthorityFile) {
  return html`<p>
      Nous ne vous écrirons plus au sujet de cette demande, même si elle change ou s’annule. Nous appellerons votre
      collectivité s’il le faut.
    </p>
    ${
      file.closed
        ? nothing
        : html`<p>
            Quelqu’un d’autre la suit ?
            <a href=${at.address('transmettre')} @click=${(e: Event) => (e.preventDefault(), at.go('transmettre'))}
              >Transmettez-la plutôt à cette personne</a
            >.
          </p>`
    }
    <div class="actions">
      <button
        class="button"
        type="button"
        aria-disabled=${at.busy ? 'true' : nothing}
        @click=${() => at.act(() => at.api!.declare('silence'), 'C’est noté : nous ne vous écrirons plus au sujet de cette demande.')}
      >
        Ne plus recevoir d’e-mails
      </button>
    </div>`;
}
