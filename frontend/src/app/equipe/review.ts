/** What a change of the catalogue would do: to people, then field by field. */
import { html, notice, nothing } from '../page.js';
import type { Outcome } from './contract.js';

export const reviewed = (o: Outcome) =>
  html`${o.effects.map((line) => html`<p class="effect">${line}</p>`)} ${o.cautions.map((line) => notice('warm', line))}
  ${
    o.changes.length
      ? html`<table class="dense">
          <caption class="hidden">
            Ce qui change
          </caption>
          <thead>
            <tr>
              <th scope="col">Champ</th>
              <th scope="col">Avant</th>
              <th scope="col">Après</th>
            </tr>
          </thead>
          <tbody>
            ${o.changes.map(
              (c) =>
                html`<tr>
                  <th scope="row">${c.field}</th>
                  <td><span class="only-narrow">Avant&nbsp;: </span>${c.before || '–'}</td>
                  <td><span class="only-narrow">Après&nbsp;: </span>${c.after || '–'}</td>
                </tr>`,
            )}
          </tbody>
        </table>`
      : nothing
  }`;
