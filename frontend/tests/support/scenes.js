// Made-up sessions and files for pictures, budgets and accessibility checks: one for every state a screen can have.
// Journeys (tests/e2e) never use them: they run against the real product.
import { loadGuide } from '../../tools/content.js';

const guide = loadGuide();
const DAY = 86_400_000;

/** The instant of a Paris hour, `days` from now (winter or summer time does not matter for a picture). */
const at = (days, hour, minutes = 0) => {
  const d = new Date(Math.floor(Date.now() / DAY) * DAY + days * DAY);
  d.setUTCHours(hour - 1, minutes);
  return d.toISOString();
};

const day = (days) => [
  { start: at(days, 9), end: at(days, 12, 30) },
  { start: at(days, 14), end: at(days, 17, 30) },
];

const formations = {
  budget: {
    slug: 'budget-communal',
    title: 'Comprendre et suivre le budget de sa commune',
    hours: 7,
    priceCents: 53000,
    taxedCents: 63600,
    summary: 'Lire le budget, poser les bonnes questions en commission et suivre son exécution toute l’année.',
    theme: 'Finances et fiscalité locales',
    objective: 'À l’issue de la formation, vous saurez lire les documents budgétaires de votre commune.',
    programme: [
      'Le calendrier budgétaire',
      'Fonctionnement et investissement : lire les deux sections',
      'Atelier sur votre propre budget',
    ],
    prerequisites: 'Aucun.',
    audience: 'Élus municipaux et intercommunaux.',
  },
  parole: {
    slug: 'prise-de-parole',
    title: 'Prendre la parole en public dans son mandat',
    hours: 14,
    priceCents: 109000,
    taxedCents: 130800,
    summary: 'Préparer une intervention, tenir son temps, répondre à une question difficile.',
    theme: 'Communication et prise de parole',
  },
  urbanisme: {
    slug: 'urbanisme-plu',
    title: 'Urbanisme : décider avec le plan local d’urbanisme',
    hours: 7,
    priceCents: 54500,
    taxedCents: 65400,
    summary: 'Comprendre le PLU, instruire un permis et répondre aux habitants sans se tromper.',
    theme: 'Urbanisme et aménagement',
  },
};

function session(id, formation, days, more = {}) {
  const closesAt = at(days - 2, 18);
  const late = days < 16;
  return {
    id,
    formation: formations[formation],
    halfDays: day(days),
    place: 'Maison des communes (exemple), Nantes',
    remote: false,
    address: '12 rue de l’Exemple, 44000 Nantes',
    mapUrl: 'https://www.openstreetmap.org/search?query=Nantes',
    capacity: 12,
    seatsLeft: 8,
    waiting: 0,
    status: 'open',
    closesAt,
    funding: {
      dife: late
        ? {
            open: false,
            closesAt: at(days - 16, 23, 59),
            reason:
              'Trop tard pour le DIFE : il fallait faire la demande au moins 11 jours ouvrés avant le premier jour.',
          }
        : { open: true, closesAt: at(days - 16, 23, 59) },
      collectivite: { open: true, closesAt },
      personnel: { open: true, closesAt },
    },
    identity: {
      possible: !late,
      text: 'C’est encore possible dans un bureau de poste. Par courrier, il est trop tard.',
      ways: [
        {
          key: 'bureau-de-poste',
          title: 'Dans un bureau de poste',
          chance: late ? 'too-late' : 'in-time',
          startBy: at(days - 17, 23, 59),
        },
        { key: 'sans-smartphone', title: 'Sans smartphone : par courrier', chance: 'too-late' },
      ],
    },
    ...more,
  };
}

export const sessions = [
  session('urbanisme-visio', 'urbanisme', 9, {
    remote: true,
    place: 'À distance, par visioconférence',
    address: undefined,
    mapUrl: undefined,
    seatsLeft: 12,
  }),
  session('parole-angers', 'parole', 24, {
    place: 'Salle des associations (exemple), Angers',
    capacity: 2,
    seatsLeft: 2,
  }),
  session('budget-visio', 'budget', 31, {
    remote: true,
    place: 'À distance, par visioconférence',
    address: undefined,
    mapUrl: undefined,
    seatsLeft: 0,
    waiting: 3,
    capacity: 15,
  }),
  session('budget-nantes', 'budget', 45),
];

const steps = (mode, done = []) =>
  guide.modes[mode].steps.map((s, i) => ({
    key: s.key,
    title: s.title,
    summary: s.summary,
    body: s.body,
    options: s.options,
    links: s.links,
    help: s.help,
    papers: {
      demande: ['demande-maire', 'devis', 'programme'],
      convention: ['convention'],
      contrat: ['contrat', 'programme'],
    }[s.key],
    done: done.includes(s.key),
    doneAt: done.includes(s.key) ? at(-1, 10) : undefined,
    available: mode !== 'personnel' || i === 0 || done.includes('contrat'),
    unavailableReason:
      mode === 'personnel' && i === 1 ? 'L’acompte vient 14 jours après la signature du contrat.' : undefined,
  }));

const papersOf = {
  dife: [['programme', 'Programme de la formation']],
  collectivite: [
    ['devis', 'Devis'],
    ['programme', 'Programme de la formation'],
    ['demande-maire', 'Lettre au maire ou au président'],
    ['convention', 'Convention de formation'],
    ['demande-employeur', 'Lettre à l’employeur'],
  ],
  personnel: [
    ['programme', 'Programme de la formation'],
    ['contrat', 'Contrat de formation'],
  ],
};

/** A file in a state. */
export function file(id, mode, status, { done = [], ...more } = {}) {
  const list = steps(mode, done);
  return {
    id,
    reference: 'ECH-7K4M-2QX9',
    status,
    funding: mode,
    session: sessions[3],
    steps: list,
    nextStep: list.find((s) => !s.done && s.available)?.key,
    deadline:
      mode === 'dife'
        ? {
            at: at(29, 23, 59),
            daysLeft: 20,
            workingDays: true,
            text: 'Votre demande doit être envoyée sur Mon Compte Élu au plus tard le mardi 22 décembre : il reste 20 jours ouvrés.',
          }
        : undefined,
    papers: [
      ...papersOf[mode].map(([kind, title]) => ({ kind, title, available: true })),
      {
        kind: 'convocation',
        title: 'Convocation',
        available: false,
        reason: 'disponible quand toutes les étapes sont faites',
      },
    ],
    helpline: {
      label: guide.helpline.label,
      number: guide.helpline.number,
      open: true,
      hours: guide.helpline.text,
      text: 'ouvert maintenant, jusqu’à 19 h (heure de Paris)',
    },
    person: {
      title: 'Madame',
      firstName: 'Jeanne',
      lastName: 'Le Goff',
      birthName: 'Martin',
      email: 'jeanne.legoff@orange.fr',
      phone: '+33612345678',
    },
    mandate: { kind: 'adjoint', authority: 'Commune de Clisson' },
    payment:
      mode === 'personnel' && status === 'reserved'
        ? {
            totalCents: 63600,
            firstCents: 19080,
            from: done.includes('contrat') ? at(15, 0) : undefined,
            payee: 'Écharpe Formation (exemple)',
            iban: 'FR76 3000 6000 0112 3456 7890 189',
            reference: 'CT-ECH-7K4M-2QX9-482913',
            address: 'Écharpe Formation (exemple), 1 rue de l’Exemple, 44000 Nantes',
            email: 'contact@echarpe-formation.example',
          }
        : undefined,
    authorityContact:
      mode === 'collectivite' ? { name: 'Secrétariat général', email: 'sg@clisson.example' } : undefined,
    sentToContact: mode === 'collectivite' ? [{ label: 'Devis, programme et convention', at: at(-1, 10) }] : undefined,
    createdAt: at(0, 9),
    ...more,
  };
}

export const files = {
  dife: file('dife', 'dife', 'reserved', { done: ['compte'] }),
  collectivite: file('collectivite', 'collectivite', 'reserved'),
  personnel: file('personnel', 'personnel', 'reserved'),
  mairieaccord: file('mairieaccord', 'collectivite', 'reserved', {
    said: {
      answer: { given: 'accord', at: at(-1, 10), by: 'Secrétariat général' },
      billing: { known: false, at: at(-1, 10), by: 'Secrétariat général' },
      convention: { at: at(-1, 10), by: 'Secrétariat général', stale: true },
    },
  }),
  mairieenvoi: file('mairieenvoi', 'collectivite', 'reserved', { said: { scans: true } }),
  mairieenvoyee: file('mairieenvoyee', 'collectivite', 'reserved', {
    said: {
      scans: true,
      answer: { given: 'accord', at: at(-1, 10), by: 'Secrétariat général' },
      convention: { at: at(-1, 10), by: 'Secrétariat général', scan: { sentAt: at(-1, 10), pages: 3 } },
    },
  }),
  mairierefus: file('mairierefus', 'collectivite', 'reserved', {
    said: {
      answer: {
        given: 'refus',
        ground: 'autre',
        detail: 'Les crédits de l’année sont épuisés.',
        at: at(-1, 10),
        by: 'Secrétariat général',
      },
    },
  }),
  mairiefait: file('mairiefait', 'collectivite', 'confirmed', {
    said: {
      answer: { given: 'accord', at: at(-1, 10), by: 'Secrétariat général' },
      billing: {
        known: true,
        siret: '21440109300015',
        service: 'FORMATION',
        commitment: '2026-00412',
        address: '1 place de l’Hôtel-de-Ville, 44000 Saint-Exemple',
        at: at(-1, 10),
        by: 'Secrétariat général',
      },
      convention: { at: at(-1, 10), by: 'Secrétariat général' },
    },
  }),
  mairietransmise: file('mairietransmise', 'collectivite', 'reserved', {
    said: {
      answer: { given: 'accord', at: at(-1, 10), by: 'Secrétariat général' },
      handed: { at: at(-1, 11), by: 'Secrétariat général', to: 'Inès Faure' },
      closed: 'Cette demande est maintenant suivie par Inès Faure\u00a0: votre lien permet seulement de la lire.',
    },
  }),
  mairierecue: file('mairierecue', 'collectivite', 'reserved', {
    said: {
      answer: { given: 'accord', at: at(-1, 10), by: 'Secrétariat général' },
      handed: { at: at(-1, 11), by: 'Secrétariat général' },
      silent: true,
    },
  }),
  mairieclose: file('mairieclose', 'collectivite', 'cancelled', {
    said: { closed: 'Cette inscription est annulée\u00a0: il n’y a plus rien à faire.' },
  }),
  groupesuivi: file('groupesuivi', 'collectivite', 'reserved', {
    papers: [['certificats', 'Certificats de réalisation'], ...papersOf.collectivite].map(([kind, title]) => ({
      kind,
      title,
      available: true,
    })),
    said: {
      name: '3\u00a0élus',
      people: [
        { name: 'Madame Awa Ndiaye', mandate: 'adjointe', seat: true },
        { name: 'Jean-Baptiste de La Rochefoucauld', mandate: 'conseiller municipal', seat: true },
        { name: 'Monsieur Paul Œuvrard', mandate: 'conseiller municipal', seat: false },
      ],
      closed: 'La session est terminée\u00a0: pour changer quelque chose, appelez-nous.',
    },
  }),
  desaccord: file('desaccord', 'collectivite', 'reserved', { done: ['demande'] }),
  contratsigne: file('contratsigne', 'personnel', 'reserved', {
    done: ['contrat'],
    withdrawal: { contract: 'CT-ECH-7K4M-2QX9-482913', signedAt: at(-1, 10), lastDay: at(14, 23, 59) },
  }),
  contratquitte: file('contratquitte', 'collectivite', 'reserved', {
    withdrawal: { contract: 'CT-ECH-7K4M-2QX9-482913', signedAt: at(-1, 10), lastDay: at(14, 23, 59), keepsSeat: true },
  }),
  retracte: file('retracte', 'personnel', 'cancelled', {
    done: ['contrat'],
    withdrawal: { contract: 'CT-ECH-7K4M-2QX9-482913', signedAt: at(-1, 10), at: at(0, 9, 12) },
  }),
  complet: file('complet', 'collectivite', 'confirmed', { done: ['demande', 'accord', 'convention'] }),
  suivie: file('suivie', 'collectivite', 'attended', {
    done: ['demande', 'accord', 'convention'],
    papers: [['certificat', 'Certificat de réalisation'], ...papersOf.collectivite].map(([kind, title]) => ({
      kind,
      title,
      available: true,
    })),
    opinion: {
      given: false,
      title: 'Votre avis, en cinq questions',
      text: 'Facultatif, et sans votre nom : seules les sommes des réponses sont gardées. On ne peut ni retrouver la vôtre, ni la changer ensuite.',
      questions: [
        'La formation a-t-elle répondu à ce que vous en attendiez ?',
        'Ce que vous avez appris vous servira-t-il dans votre mandat ?',
        'La personne qui animait était-elle claire, et à l’écoute ?',
        'L’accueil, les horaires, le lieu ou la connexion vous ont-ils convenu ?',
        'Recommanderiez-vous cette formation à d’autres élus ?',
      ],
      choices: ['Non', 'Plutôt non', 'Plutôt oui', 'Oui'],
    },
  }),
  attente: file('attente', 'dife', 'waiting', {
    position: 3,
    deadline: {
      at: at(29, 23, 59),
      daysLeft: 20,
      workingDays: true,
      text: 'Après le mardi 22 décembre, une place ne pourra plus être payée avec le DIFE. Préparez dès maintenant votre compte et votre identité numérique : ils serviront pour n’importe quelle session.',
    },
  }),
  demandee: file('demandee', 'dife', 'reserved', {
    done: ['compte', 'identite', 'dossier'],
    deadline: undefined,
    request: {
      stage: 'awaited',
      text: 'Nous répondons à votre demande au plus tard le jeudi 26 novembre, par une proposition sur Mon Compte Élu. Vous aurez alors quatre jours ouvrés pour la confirmer.',
    },
  }),
  deplacee: file('deplacee', 'dife', 'reserved', {
    done: ['compte', 'identite'],
    deadline: undefined,
    request: {
      stage: 'void',
      text: 'Nous avons changé la date, et nous vous prions de nous en excuser : la demande que vous aviez envoyée sur Mon Compte Élu ne vaut plus. Refaites-la pour la nouvelle date.',
    },
  }),
  attenteclose: file('attenteclose', 'dife', 'waiting', {
    position: 3,
    session: { ...sessions[3], halfDays: day(2), closesAt: at(0, 0), status: 'closed' },
  }),
  attentecommencee: file('attentecommencee', 'collectivite', 'waiting', {
    position: 3,
    session: { ...sessions[3], halfDays: day(-1), closesAt: at(-2, 18), status: 'closed' },
  }),
  offre: file('offre', 'collectivite', 'offered', { offeredUntil: at(2, 18) }),
  annule: file('annule', 'dife', 'cancelled'),
  expire: file('expire', 'personnel', 'expired'),
  sessionannulee: file('sessionannulee', 'collectivite', 'cancelled', {
    session: { ...sessions[3], status: 'cancelled' },
  }),
};

files.desaccord.steps[0].doneBy = 'authority';
files.desaccord.steps[1].said = [
  'Votre collectivité (Secrétariat général) a répondu le mardi 24 novembre 2026\u00a0: refus. Motif\u00a0: Un autre motif.',
  'En ses mots\u00a0: «\u00a0Les crédits de l’année sont épuisés.\u00a0»',
  'Vous avez déclaré le lundi 23 novembre 2026\u00a0: c’est fait. C’est la réponse de votre collectivité qui compte, parce qu’elle est plus récente.',
];

/** What the contact at the collectivité reads besides the file. */
export const authority = { grounds: guide.authority.grounds, law: guide.authority.law };
