/** What search engines read of a session: schema.org, as JSON-LD. */
import content from 'echarpe:content';
import type { Session } from '../contract.js';
import { trusted } from '../trusted.js';

/** One course and its coming instance. */
export function courseOf(session: Session, origin: string) {
  const { formation: f } = session;
  const page = `${origin}/session/?id=${encodeURIComponent(session.id)}`;
  return {
    '@context': 'https://schema.org',
    '@type': 'Course',
    name: f.title,
    description: f.summary ?? f.objective ?? f.title,
    inLanguage: 'fr',
    url: page,
    provider: { '@type': 'Organization', name: content.organisation.name, url: origin },
    offers: {
      '@type': 'Offer',
      category: 'Paid',
      price: ((f.taxedCents ?? f.priceCents) / 100).toFixed(2),
      priceCurrency: 'EUR',
      availability: `https://schema.org/${session.seatsLeft > 0 && !session.waiting ? 'InStock' : 'SoldOut'}`,
      url: page,
    },
    hasCourseInstance: {
      '@type': 'CourseInstance',
      courseMode: session.remote ? 'Online' : 'Onsite',
      courseWorkload: workload(f.hours),
      startDate: session.halfDays[0]!.start,
      endDate: session.halfDays[session.halfDays.length - 1]!.end,
      location: session.remote
        ? { '@type': 'VirtualLocation', url: page }
        : { '@type': 'Place', name: session.place, address: session.address ?? session.place },
    },
  };
}

/** An ISO 8601 duration. */
const workload = (hours: number) => `PT${Math.floor(hours)}H${hours % 1 ? `${Math.round((hours % 1) * 60)}M` : ''}`;

/** Writes them in the page's head, in place of those before. */
export function tellEngines(sessions: Session[]) {
  const id = 'schema-org';
  document.getElementById(id)?.remove();
  if (!sessions.length) return;
  const script = Object.assign(document.createElement('script'), { id, type: 'application/ld+json' });
  const courses = sessions.map((s) => courseOf(s, location.origin));
  script.textContent = trusted.script(JSON.stringify(courses).replaceAll('<', '\\u003c'));
  document.head.append(script);
}
