import { describe, expect, it } from 'vitest';
import { idIn } from '../../src/app/address.js';
import { randomUUID } from '../../src/app/floor.js';
import { decoded, linkIn } from '../../src/app/link.js';

const id = 'k3p7q2m9x4c8v6n5b1z0a7s2d4';
const token = '1.h.Zq3-x_8aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789';

describe('a personal link, as the world gives it back', () => {
  it.each([
    ['as sent', `#${id}.${token}`],
    ['its # encoded by a scanner', `%23${id}.${token}`],
    ['encoded twice', `%2523${id}.${token}`],
    ['its dots encoded too', `#${id}.${token}`.replaceAll('.', '%2E')],
    ['a full stop after it', `#${id}.${token}.`],
    ['a bracket after it', `#${id}.${token})`],
    ['an angle bracket after it', `#${id}.${token}>`],
    ['guillemets after it', `#${id}.${token}\u00a0»`],
    ['a follower’s mark', `#${id}.${token}?fbclid=IwAR0abc`],
    ['another follower’s mark', `#${id}.${token}&utm_source=mail`],
    ['cut over two lines', `#${id}.${token.slice(0, 9)}%0A${token.slice(9)}`],
    ['a zero-width space inside', `#${id}.\u200b${token}`],
    ['a lone % after it', `#${id}.${token}%`],
  ])('%s', (_, text) => expect(linkIn(text)).toEqual({ id, token }));
  it.each(['', '#', '%', '#%', '#%E0%A4%A', '#inconnu', `#${id}`])('« %s » is no link, and does not throw', (text) =>
    expect(linkIn(text)).toBeUndefined(),
  );
  it('a lone % keeps the rest decoded', () => expect(decoded('%23a%%2Eb')).toBe('#a%.b'));
});

it('the id of a session loses the marks of the sentence it was in', () => {
  for (const end of ['.', ')', '>', ',', ' »', '\u200b', '.)'])
    expect(idIn(`budget-visio-2027${end}`)).toBe('budget-visio-2027');
  expect(idIn(null)).toBe('');
});

it('a UUID is one, and never twice the same', () => {
  const many = Array.from({ length: 100 }, randomUUID);
  for (const one of many) expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(many).size).toBe(100);
});
