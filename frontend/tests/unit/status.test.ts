import { describe, expect, it } from 'vitest';
import type { Enrolment } from '../../src/app/contract.js';
import { begun, inVain, statusWord } from '../../src/app/file/status.js';

const closesAt = '2027-04-28T18:00:00Z';
const before = Date.parse(closesAt) - 1;
const after = Date.parse(closesAt);

const waiting = (more: Partial<Enrolment> = {}, session: Partial<Enrolment['session']> = {}) =>
  ({
    status: 'waiting',
    position: 3,
    funding: 'collectivite',
    session: { status: 'open', closesAt, halfDays: [{ start: '2027-04-29T07:00:00Z' }], ...session },
    ...more,
  }) as Enrolment;

describe('A seat', () => {
  const seat = (more: Partial<Enrolment>) =>
    waiting(
      { status: 'reserved', ...more },
      { halfDays: [{ start: '2027-04-29T07:00:00Z', end: '2027-04-29T10:00:00Z' }] },
    );
  it('is said to need another way of paying once the DIFE no longer fits, title first', () => {
    const otherWay = { title: 'Changez de façon de payer', text: 'Trop tard.', button: 'Changer' };
    expect(statusWord(seat({ otherWay }), before)).toMatchObject({ title: otherWay.title, text: otherWay.text });
    expect(statusWord(seat({}), before).title).toBe('Votre place est réservée');
  });
  it('is no seat any more once the session is over', () =>
    expect(statusWord(seat({}), Date.parse('2027-04-29T10:00:00Z')).title).toBe('Cette formation a eu lieu'));
});

describe('A file that waits', () => {
  it('has a rank and is promised an e-mail, until the closing', () => {
    const { text } = statusWord(waiting(), before);
    expect(text).toContain('au rang 3');
    expect(text).toContain('par e-mail');
  });
  it('is told that no seat came free once the session is closed, by the clock', () => {
    const { title, text } = statusWord(waiting(), after);
    expect(title).toBe('La liste d’attente est close');
    expect(text).toContain('Aucune place ne s’est libérée.');
    expect(text).not.toContain('par e-mail');
    expect(text).not.toContain('rang');
  });
  it('is told so by the word of the server, whatever the clock of the device', () =>
    expect(inVain(waiting({}, { status: 'closed' }), before)).toBe(true));
  it('has a request to cancel only with DIFE', () => {
    expect(statusWord(waiting({ funding: 'dife' }), after).text).toContain('Mon Compte Élu');
    expect(statusWord(waiting(), after).text).not.toContain('Mon Compte Élu');
  });
  it('is no matter of whoever holds a seat', () => expect(inVain(waiting({ status: 'reserved' }), after)).toBe(false));
  it('may move to another session until this one begins', () => {
    expect(begun(waiting(), after)).toBe(false);
    expect(begun(waiting(), Date.parse('2027-04-29T07:00:00Z'))).toBe(true);
  });
});
