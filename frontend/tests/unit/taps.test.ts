import { describe, expect, it } from 'vitest';
import { NetworkError, Problem } from '../../src/app/api.js';
import { currentHalf, Outbox, tally, withTaps, type Desk, type SheetData, type Tap } from '../../src/app/sheet/taps.js';
import { shelf } from '../../src/app/storage.js';
import { disk } from './disk.js';

/** Each call is a page opened again on the same tablet. */
const tablet = () => {
  const { storage } = disk();
  return () => shelf(() => storage);
};

const mark = (person: string, at: string, presence: 'present' | 'absent' = 'present', half = 'am'): Tap => ({
  kind: 'mark',
  half,
  person,
  presence,
  at,
});
const arrival = (person: string): Tap => ({ kind: 'arrival', person, name: 'Inès Imprévue', at: '08:00' });

/** A server that takes everything but what `fault` says. */
function desk(fault: (tap: Tap) => unknown = () => undefined) {
  const got: Tap[] = [];
  const take = (tap: Tap) => {
    const error = fault(tap);
    if (error) return Promise.reject(error as Error);
    got.push(tap);
    return Promise.resolve(tap);
  };
  const server: Desk = {
    mark: async (tap) => {
      await take(tap);
      return { mark: { presence: tap.presence, minutes: tap.minutes, at: tap.at, by: 'trainer' }, kept: true };
    },
    arrive: async (tap) => {
      await take(tap);
      return { outcome: tap.details ? 'enrolled' : 'noted' };
    },
  };
  return { server, got };
}

describe('what was tapped without network', () => {
  it('survives a reload, leaves in order and is forgotten once answered', async () => {
    const pages = tablet();
    const before = new Outbox('s', pages());
    before.add(arrival('x-1'));
    before.add(mark('x-1', '09:00'));
    before.add(mark('a', '09:01'));
    const after = new Outbox('s', pages());
    expect(after.taps).toHaveLength(3);
    const { server, got } = desk();
    expect(await after.send(server)).toEqual({ conflicts: [], refused: [], arrived: [], offline: false });
    expect(got.map((t) => `${t.kind} ${t.person}`)).toEqual(['arrival x-1', 'mark x-1', 'mark a']);
    expect(new Outbox('s', pages()).taps).toEqual([]);
  });

  it('keeps the last tap on a box only, and both half-days', () => {
    const box = new Outbox('s', tablet()());
    box.add(mark('a', '09:00'));
    box.add(mark('a', '09:05', 'absent'));
    box.add(mark('a', '09:06', 'present', 'pm'));
    expect(box.taps.map((t) => t.at)).toEqual(['09:05', '09:06']);
  });

  it.each([new NetworkError('no answer'), new Problem(503, 'unavailable', 'Réessayez.'), new Problem(429, 'x', 'x')])(
    'stays when the network or the server is not there (%s)',
    async (error) => {
      const box = new Outbox('s', tablet()());
      box.add(mark('a', '09:00'));
      box.add(mark('b', '09:01'));
      const { server } = desk((tap) => (tap.person === 'b' ? error : undefined));
      expect((await box.send(server)).offline).toBe(true);
      expect(box.taps.map((t) => t.person)).toEqual(['b']);
    },
  );

  it('says what is refused, and does not stop at it', async () => {
    const box = new Outbox('s', tablet()());
    box.add(mark('gone', '09:00'));
    box.add(mark('b', '09:01'));
    const { server, got } = desk((tap) =>
      tap.person === 'gone' ? new Problem(404, 'not-found', 'Elle a rendu sa place.') : undefined,
    );
    const round = await box.send(server);
    expect(round.refused.map((r) => r.why)).toEqual(['Elle a rendu sa place.']);
    expect(got).toHaveLength(1);
    expect(box.taps).toEqual([]);
  });

  it('does not lose a tap made on the same box while the one before is on its way', async () => {
    const box = new Outbox('s', tablet()());
    box.add(mark('a', '09:00'));
    const { server } = desk(() => void box.add(mark('a', '09:02', 'absent')));
    await box.send(server);
    expect(box.taps.map((t) => t.at)).toEqual(['09:02']);
  });

  it('tells a conflict only when what stands is something else', async () => {
    const stands = { presence: 'absent', at: '09:10', by: 'Claire' } as const;
    const server: Desk = { mark: async () => ({ mark: stands, kept: false }), arrive: async () => ({ outcome: 'noted' }) };
    const box = new Outbox('s', tablet()());
    box.add(mark('a', '09:00', 'present'));
    box.add(mark('b', '09:00', 'absent'));
    expect((await box.send(server)).conflicts.map((c) => c.tap.person)).toEqual(['a']);
  });
});

describe('the sheet on the tablet', () => {
  const sheet: SheetData = {
    session: { id: 's', title: 'T', start: '2027-03-10T08:00:00Z' },
    place: 'Nantes',
    halfDays: [
      { key: 'am', start: '2027-03-10T08:00:00Z', end: '2027-03-10T11:00:00Z', label: 'matin', minutes: 180 },
      { key: 'pm', start: '2027-03-10T13:00:00Z', end: '2027-03-10T16:00:00Z', label: 'après-midi', minutes: 180 },
    ],
    people: [
      { id: 'a', name: 'A', marks: {} },
      { id: 'b', name: 'B', marks: { am: { presence: 'absent', at: '1', by: 'trainer' } } },
    ],
    now: '2027-03-10T08:00:00Z',
  };

  it('shows what waits on top of what the server said', () => {
    const seen = withTaps(sheet, [mark('a', '2'), arrival('x-1'), mark('x-1', '3')]);
    expect(tally(seen, 'am')).toEqual({ present: 2, absent: 1, excused: 0, none: 0 });
    expect(tally(sheet, 'am')).toEqual({ present: 0, absent: 1, excused: 0, none: 1 });
  });

  it('opens on the half-day that goes on, or the next one, or the last', () => {
    expect(currentHalf(sheet, new Date('2027-03-10T09:00:00Z'))).toBe('am');
    expect(currentHalf(sheet, new Date('2027-03-10T12:00:00Z'))).toBe('pm');
    expect(currentHalf(sheet, new Date('2027-03-11T12:00:00Z'))).toBe('pm');
  });
});

describe('somebody who is on no list', () => {
  const details = {
    firstName: 'Inès',
    lastName: 'Imprévue',
    email: 'ines@exemple.fr',
    phone: '',
    mandate: 'maire',
    authority: 'Riec',
    funding: 'collectivite',
  };
  const comes: Tap = { kind: 'arrival', person: 'x-1', name: 'Inès Imprévue', details, at: '08:00' };

  it('is told of once enrolled, and nothing of them stays on the tablet', async () => {
    const pages = tablet();
    const box = new Outbox('s', pages());
    box.add(comes);
    const round = await box.send(desk().server);
    expect(round.arrived).toEqual([{ name: 'Inès Imprévue', outcome: 'enrolled', why: '' }]);
    expect(new Outbox('s', pages()).taps).toEqual([]);
  });

  it('is noted by name, and it is said why, when the server cannot read the rest', async () => {
    const box = new Outbox('s', tablet()());
    box.add(comes);
    box.add(mark('x-1', '08:00'));
    const bad = (tap: Tap) =>
      tap.kind === 'arrival' && tap.details
        ? new Problem(422, 'validation', 'Non.', { email: 'Adresse incomplète.' })
        : undefined;
    const { server, got } = desk(bad);
    const round = await box.send(server);
    expect(round.arrived).toEqual([{ name: 'Inès Imprévue', outcome: 'noted', why: 'Adresse incomplète.' }]);
    expect(got.map((t) => t.kind)).toEqual(['arrival', 'mark']);
  });

  it('shows what was marked before they had a file', () => {
    const sheet = {
      halfDays: [{ key: 'am' }],
      people: [{ id: 'file', arrival: 'x-1', name: 'Inès', marks: {} }],
    } as unknown as SheetData;
    const seen = withTaps(sheet, [comes, mark('x-1', '08:00')]);
    expect(seen.people).toHaveLength(1);
    expect(seen.people[0]!.marks['am']?.presence).toBe('present');
  });
});
