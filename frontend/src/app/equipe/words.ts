/** Days and counts, short, as the organisation's tables show them. All in Paris. */
import { dayKey, sayDay, sayHour } from '../french.js';

const zone = 'Europe/Paris';
const short = new Intl.DateTimeFormat('fr-FR', { timeZone: zone, day: 'numeric', month: 'short', year: 'numeric' });
const shorter = new Intl.DateTimeFormat('fr-FR', { timeZone: zone, weekday: 'short', day: 'numeric', month: 'short' });

const bind = (text: string) => text.replace(/ /g, '\u00a0');

export const dayShort = (at: string) => bind(short.format(new Date(at)));
export const dayBrief = (at: string) => bind(shorter.format(new Date(at)));
export const instant = (at: string) => `${dayShort(at)}, ${sayHour(at)}`;

export const count = (n: number, one: string, many = `${one}s`) => `${n}\u00a0${n > 1 ? many : one}`;

/** « aujourd’hui », « demain », else the day. */
export function dueWords(at: string, now = new Date()): string {
  const days = Math.round((Date.parse(dayKey(at)) - Date.parse(dayKey(now))) / 86_400_000);
  if (days === 0) return 'aujourd’hui';
  if (days === 1) return 'demain';
  return sayDay(at);
}

/** The queue's reasons are written for its history, in English; these are what the team reads. */
const REASONS: [RegExp, string][] = [
  [/^seat given out of order: /, 'Hors de l’ordre : '],
  [/^came to the room$/, 'La personne est venue, et une place était libre'],
  [/^idle seat$/, 'Une place était libre'],
  [/^offer accepted$/, 'La personne a pris la place proposée'],
  [/^offer declined$/, 'La place a été refusée'],
  [/^left the queue$/, 'La personne a quitté la file'],
  [/^seat freed by a cancellation$/, 'Une place a été libérée par une annulation'],
  [/^seat freed by a change of session$/, 'Une place a été libérée par un changement de session'],
  [/^seat freed by a withdrawal$/, 'Une place a été libérée par une rétractation'],
  [/^address not proved in time$/, 'L’adresse n’a pas été confirmée à temps'],
  [/^address proved$/, 'La personne a confirmé son adresse'],
  [/^address corrected by its holder$/, 'La personne a corrigé son adresse'],
  [/^links asked for$/, 'La personne a demandé ses liens'],
  [/^kept as long as announced$/, 'Le dossier a été effacé, au terme de sa conservation'],
  [/^session full$/, 'La session était complète'],
  [/^offer expired$/, 'La place n’a pas été prise à temps'],
  [/^file erased$/, 'Le dossier a été effacé'],
  [/^session cancelled by the organisation$/, 'La session a été annulée'],
];

export function why(reason: string): string {
  const found = REASONS.find(([pattern]) => pattern.test(reason));
  return found ? reason.replace(...found) : reason;
}
