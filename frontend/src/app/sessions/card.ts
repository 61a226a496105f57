/** How a session is told: seats, dates, place, and which ways to pay are still possible. */
import content from 'echarpe:content';
import { html } from 'lit';
import { isOpen } from '../choose.js';
import { MODES, type Session } from '../contract.js';
import { sayCost, sayDates, sayHours, saySeats, sayWaiting } from '../french.js';
import { icon } from '../icons.js';
import { withIcon } from '../page.js';

export const seatsLine = (session: Session, fresh: boolean) => {
  if (!fresh) return withIcon('offline', 'Places : non vérifiées');
  const { text, level } = saySeats(session);
  const waiting = level === 'full' ? sayWaiting(session) : '';
  return withIcon(level === 'full' ? 'queue' : 'seat', waiting ? `${text} (${waiting})` : text, `seats ${level}`);
};

const payable = (session: Session) =>
  html`<ul class="pays" aria-label="Façons de payer">
    ${MODES.map((mode) => {
      const open = isOpen(session, mode, Date.now());
      const why = session.funding[mode].closesAt ? 'trop tard' : 'non';
      const text = open ? content.modes[mode].short : `${content.modes[mode].short} : ${why}`;
      return html`<li class=${open ? '' : 'no'}>${icon(open ? 'check' : 'cross')}<span>${text}</span></li>`;
    })}
  </ul>`;

export const card = (session: Session, fresh: boolean, title: unknown) =>
  html`<li class="card">
    <h2>${title}</h2>
    ${withIcon('calendar', sayDates(session.halfDays))} ${withIcon(session.remote ? 'video' : 'place', session.place)}
    ${withIcon('clock', sayHours(session.formation.hours))} ${withIcon('euro', sayCost(session.formation))}
    ${seatsLine(session, fresh)} ${payable(session)}
  </li>`;
