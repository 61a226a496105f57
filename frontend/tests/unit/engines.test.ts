import { describe, expect, it } from 'vitest';
import type { Session } from '../../src/app/contract.js';
import { courseOf } from '../../src/app/sessions/engines.js';

const session = {
  id: 'budget nantes',
  formation: {
    slug: 'budget',
    title: 'Lire le budget',
    hours: 3.5,
    priceCents: 21000,
    taxedCents: 25200,
    summary: 'Le budget, ligne à ligne.',
  },
  halfDays: [
    { start: '2027-03-11T08:00:00Z', end: '2027-03-11T11:30:00Z' },
    { start: '2027-03-12T08:00:00Z', end: '2027-03-12T11:30:00Z' },
  ],
  place: 'Maison des communes, Nantes',
  seatsLeft: 2,
  waiting: 0,
} as unknown as Session;

describe('what search engines read of a session', () => {
  it('is a course with its instance: when, where, how long, for how much, whether seats are left', () => {
    const course = courseOf(session, 'https://exemple.fr');
    expect(course).toMatchObject({
      '@type': 'Course',
      name: 'Lire le budget',
      url: 'https://exemple.fr/session/?id=budget%20nantes',
      offers: { price: '252.00', priceCurrency: 'EUR', availability: 'https://schema.org/InStock' },
      hasCourseInstance: {
        '@type': 'CourseInstance',
        courseMode: 'Onsite',
        courseWorkload: 'PT3H30M',
        startDate: '2027-03-11T08:00:00Z',
        endDate: '2027-03-12T11:30:00Z',
        location: { '@type': 'Place', name: 'Maison des communes, Nantes' },
      },
    });
  });

  it('says a full session is, and that a remote one has no place', () => {
    const course = courseOf({ ...session, seatsLeft: 0, remote: true }, 'https://exemple.fr');
    expect(course.offers.availability).toBe('https://schema.org/SoldOut');
    expect(course.hasCourseInstance.location['@type']).toBe('VirtualLocation');
  });
});
