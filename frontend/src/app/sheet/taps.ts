/**
 * What was tapped in the room and has not reached the server yet. Every tap is kept on the tablet before it is sent, with
 * the instant of the finger: it may leave an hour later, twice, or after another tablet's, and the latest one still stands.
 */
import { NetworkError, Problem } from '../api.js';
import type { Shelf } from '../storage.js';

export type Presence = '' | 'present' | 'absent' | 'excused';

export interface Mark {
  presence: Presence;
  minutes?: number;
  at: string;
  by: string;
}

export interface Attendee {
  id: string;
  name: string;
  unexpected?: boolean;
  /** How this tablet named them before they had a file. */
  arrival?: string;
  /** Digests of the code on their convocation. */
  codes?: string[];
  marks: Record<string, Mark>;
}

export interface SheetData {
  session: { id: string; title: string; start: string };
  place: string;
  halfDays: { key: string; start: string; end: string; label: string; minutes: number }[];
  people: Attendee[];
  now: string;
}

/** What is needed to enrol somebody who came; kept on the tablet until it is sent, and no longer. */
export interface Details {
  firstName: string;
  lastName: string;
  email: string;
  phone: string;
  mandate: string;
  authority: string;
  funding: string;
}

/** One tap, or somebody who is on no list, on its way. */
export type Tap =
  | { kind: 'mark'; half: string; person: string; presence: Presence; minutes?: number; at: string }
  | { kind: 'arrival'; person: string; name: string; details?: Details; at: string };

/** What became of somebody who came: a file of their own, or a name on the sheet, and why. */
export interface Arrived {
  outcome: 'enrolled' | 'listed' | 'noted';
  why?: string;
}

/** What the server made of a mark: kept is false when a later one stands. */
export interface Answer {
  mark: Mark;
  kept: boolean;
}

/** The server's side of the sheet. */
export interface Desk {
  mark(tap: Extract<Tap, { kind: 'mark' }>): Promise<Answer>;
  arrive(tap: Extract<Tap, { kind: 'arrival' }>): Promise<Arrived>;
}

/** What became of what was sent: the news to show, and whether the network let us down. */
export interface Round {
  conflicts: { tap: Extract<Tap, { kind: 'mark' }>; stands: Mark }[];
  refused: { tap: Tap; why: string }[];
  arrived: { name: string; outcome: Arrived['outcome']; why: string }[];
  offline: boolean;
}

const same = (a: Tap, b: Tap) =>
  a.kind === b.kind && a.person === b.person && (a.kind !== 'mark' || b.kind !== 'mark' || a.half === b.half);

export class Outbox {
  private readonly key: string;
  constructor(
    session: string,
    private readonly shelf: Shelf,
  ) {
    this.key = `feuille:${session}:attente`;
  }

  get taps(): Tap[] {
    try {
      return JSON.parse(this.shelf.get(this.key) ?? '[]') as Tap[];
    } catch {
      return [];
    }
  }

  /** Keeps a tap; one on the same box takes the place of the one before. */
  add(tap: Tap) {
    this.write([...this.taps.filter((t) => !same(t, tap)), tap]);
  }

  /** Sends what waits, in order. A tap leaves the tablet's memory only once the server has answered it. */
  async send(desk: Desk): Promise<Round> {
    const round: Round = { conflicts: [], refused: [], arrived: [], offline: false };
    for (const tap of this.taps) {
      try {
        await this.one(desk, tap, round);
      } catch (error) {
        if (!(error instanceof Problem) || error.status >= 500 || error.status === 429) {
          round.offline = true;
          if (error instanceof NetworkError || error instanceof Problem) return round;
          throw error;
        }
        round.refused.push({ tap, why: error.detail });
      }
      this.write(this.taps.filter((t) => !(same(t, tap) && t.at === tap.at)));
    }
    return round;
  }

  private async one(desk: Desk, tap: Tap, round: Round) {
    if (tap.kind === 'arrival') {
      const { outcome, why } = await this.arrive(desk, tap);
      if (tap.details) round.arrived.push({ name: tap.name, outcome, why: why ?? '' });
      return;
    }
    const { mark, kept } = await desk.mark(tap);
    if (!kept && (mark.presence !== tap.presence || mark.minutes !== tap.minutes))
      round.conflicts.push({ tap, stands: mark });
  }

  /** What the server cannot read of somebody makes no name lost: they are noted, and it is said why. */
  private async arrive(desk: Desk, tap: Extract<Tap, { kind: 'arrival' }>): Promise<Arrived> {
    try {
      return await desk.arrive(tap);
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 422 || !tap.details) throw error;
      await desk.arrive({ ...tap, details: undefined });
      return { outcome: 'noted', why: Object.values(error.fields).join(' ') || error.detail };
    }
  }

  private write(taps: Tap[]) {
    if (taps.length) this.shelf.set(this.key, JSON.stringify(taps));
    else this.shelf.remove(this.key);
  }
}

/** The sheet as the tablet knows it: what the server said last, with what waits on top. */
export function withTaps(sheet: SheetData, taps: Tap[]): SheetData {
  const people = sheet.people.map((p) => ({ ...p, marks: { ...p.marks } }));
  for (const tap of taps) {
    if (tap.kind === 'arrival') {
      if (!people.some((p) => p.id === tap.person || p.arrival === tap.person))
        people.push({ id: tap.person, name: tap.name, unexpected: true, marks: {} });
      continue;
    }
    const person = people.find((p) => p.id === tap.person || p.arrival === tap.person);
    if (person) person.marks[tap.half] = { presence: tap.presence, minutes: tap.minutes, at: tap.at, by: 'trainer' };
  }
  return { ...sheet, people };
}

/** How many people have each presence at a half-day; none is how many have no mark. */
export function tally(sheet: SheetData, half: string): Record<'present' | 'absent' | 'excused' | 'none', number> {
  const counts = { present: 0, absent: 0, excused: 0, none: 0 };
  for (const p of sheet.people) counts[p.marks[half]?.presence || 'none']++;
  return counts;
}

/** The half-day to show first: the one going on, or the next one, or the last. */
export function currentHalf(sheet: SheetData, now: Date): string {
  const next = sheet.halfDays.find((h) => new Date(h.end) > now) ?? sheet.halfDays[sheet.halfDays.length - 1];
  return next?.key ?? '';
}
