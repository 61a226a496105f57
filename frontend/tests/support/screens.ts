/** Every screen and state of the site, on the stage: for pictures, accessibility and reflow. */
import type { Page, Route } from '@playwright/test';
import { docx, heic, pdfOf, photo, type Chosen } from './photos.js';

export interface Screen {
  name: string;
  path: string;
  /** Brings the page to the state, once the path is open. */
  then?: (page: Page) => Promise<unknown>;
  /** Sets the scene before the path is open. */
  before?: (page: Page) => Promise<unknown>;
  kiosk?: boolean;
}

const problem = (status: number, slug: string, detail: string, fields?: Record<string, string>) => (route: Route) =>
  route.fulfill({
    status,
    contentType: 'application/problem+json',
    body: JSON.stringify({ type: `/problems/${slug}`, title: slug, status, detail, fields, requestId: '7d1f0b52' }),
  });

const cut = (route: Route) => route.abort('failed');
const h1 = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor();
const onward = (page: Page) => page.getByRole('button', { name: 'Continuer', exact: true }).click();

const draft = (more: object = {}) => ({
  person: {
    title: 'Madame',
    firstName: 'Jeanne',
    lastName: 'Le Goff',
    birthName: 'Martin',
    email: 'jeanne.legoff@orange.fr',
    phone: '06 12 34 56 78',
  },
  mandate: { kind: 'adjoint', authority: 'Commune de Clisson' },
  contact: {},
  seat: 'conseil',
  authorityPays: 'non',
  typed: {},
  answered: [
    'financement',
    'identite-numerique',
    'identite-reponse',
    'nom',
    'coordonnees',
    'mandat',
    'collectivite',
    'contact',
  ],
  ...more,
});

/** Opens a screen of the enrolment with answers already given. */
function enrolment(
  name: string,
  step: string,
  more: object = {},
  then?: Screen['then'],
  session = 'budget-nantes',
): Screen {
  return {
    name: `inscription-${name}`,
    path: `/inscription/${step}/`,
    before: async (page) => {
      await page.goto('/plan-du-site/');
      await page.evaluate(
        async ([id, kept]) => {
          const answer = await fetch(`/api/sessions/${id}`);
          const value = { funding: 'dife', identity: 'non', ...(kept as object), session: await answer.json() };
          sessionStorage.setItem('echarpe.inscription', JSON.stringify(value));
        },
        [session, draft(more)] as const,
      );
    },
    then,
  };
}

const send = (page: Page) => page.getByRole('button', { name: /Réserver ma place|liste d’attente/ }).click();
const refused = (name: string, answer: (route: Route) => unknown): Screen =>
  enrolment(`envoi-${name}`, 'verification', { consent: true, identity: 'oui' }, async (page) => {
    await page.route('**/api/enrolments', answer);
    await send(page);
    await page.locator('#failure, .summary').waitFor();
  });

const file = (name: string, id: string, then?: Screen['then'], view = ''): Screen => ({
  name: `dossier-${name}`,
  path: `/dossier/${view ? `?vue=${view}` : ''}#${id}.1.holder.exemple`,
  then,
});

const choose = (page: Page, files: Chosen[]) => page.locator('input[type=file]').first().setInputFiles(files);
const chosen = async (page: Page) => {
  await choose(page, [
    await photo(page, 1, 900, 1200),
    await photo(page, 2, 900, 1200),
    await photo(page, 3, 900, 1200),
  ]);
  await page.getByText('3 pages ajoutées').waitFor();
};

const papers = (name: string, id: string, view = '', then?: Screen['then']): Screen => ({
  name: `papiers${name}`,
  path: `/papiers/${view ? `?vue=${view}` : ''}#${id}.1.authority.exemple`,
  then: async (page) => {
    await page.getByText(view ? 'Retour à la demande' : /^Formation de/).waitFor();
    await then?.(page);
  },
});

const COUNCIL = [
  ['Awa', 'Ndiaye', 'awa.ndiaye@clisson.example', 'adjoint'],
  ['Jean-Baptiste', 'de La Rochefoucauld', 'jb.delarochefoucauld@clisson.example', 'conseiller-municipal'],
];

/** A mairie's screens: a list typed as far as the screen, of a session with or without seats. */
const council = (name: string, then?: Screen['then'], session = 'budget-nantes'): Screen => ({
  name: `groupe${name}`,
  path: `/groupe/?session=${session}`,
  then: async (page) => {
    await page.getByRole('group', { name: 'Personne 1' }).waitFor();
    await then?.(page);
  },
});
const listed = async (page: Page) => {
  await page.getByLabel('Nom de la collectivité').fill('Commune de Clisson');
  await page.getByLabel('Votre nom').fill('Claire Morvan');
  await page.getByLabel('Votre adresse e-mail').fill('dgs@clisson.example');
  for (const [i, [first, last, email, mandate]] of COUNCIL.entries()) {
    const person = page.getByRole('group', { name: `Personne ${i + 1}` });
    await person.getByLabel('Prénom').fill(first!);
    await person.getByLabel(/^Nom/).fill(last!);
    await person.getByLabel('Adresse e-mail').fill(email!);
    await person.getByLabel('Mandat').selectOption(mandate!);
  }
  await onward(page);
  await h1(page, 'Vérifiez la liste');
};
const enlisted = async (page: Page) => {
  await listed(page);
  const wait = page.getByLabel(/attendent/);
  if (await wait.count()) await wait.check();
  await page.getByLabel(/^Ces élus savent/).check();
  await page.getByRole('button', { name: /^Inscrire ces/ }).click();
  await h1(page, /sont inscrits|est enregistrée/);
};

const kiosk = (name: string, then: Screen['then']): Screen => ({
  name: `borne-${name}`,
  path: '/borne/',
  kiosk: true,
  before: async (page) => page.clock.install(),
  then: async (page) => {
    await page.getByLabel('Code de sortie').fill('2468');
    await page.getByRole('button', { name: 'Démarrer la borne' }).click();
    await h1(page, 'Se former');
    await then?.(page);
  },
});

const start = async (page: Page) => {
  await page.getByRole('button', { name: 'Toucher pour commencer' }).click();
  await page.locator('.card').first().waitFor();
};
const pick = async (page: Page) => {
  await start(page);
  await page.locator('.card button').last().click();
  await page.getByRole('button', { name: 'S’inscrire' }).waitFor();
};
const begin = async (page: Page) => {
  await pick(page);
  await page.getByRole('button', { name: 'S’inscrire' }).click();
  await h1(page, 'Comment la formation');
};

export const screens: Screen[] = [
  { name: 'sessions', path: '/', then: (p) => p.locator('.card').first().waitFor() },
  { name: 'sessions-filtres', path: '/?lieu=visio', then: (p) => p.locator('.card').first().waitFor() },
  {
    name: 'sessions-aucune',
    path: '/?lieu=visio&mois=2020-01',
    then: (p) => p.getByText('Aucune session ne').waitFor(),
  },
  {
    name: 'sessions-vide',
    path: '/',
    before: (p) => p.route('**/api/sessions', (r) => r.fulfill({ json: { sessions: [] } })),
    then: (p) => p.getByText('Pas de session').waitFor(),
  },
  { name: 'sessions-attente', path: '/', before: (p) => p.route('**/api/sessions', () => undefined) },
  {
    name: 'sessions-hors-ligne',
    path: '/',
    before: (p) => p.route('**/api/sessions', cut),
    then: (p) => p.getByText('Le réseau ne répond pas').waitFor(),
  },
  { name: 'session', path: '/session/?id=budget-nantes', then: (p) => h1(p, 'Comprendre') },
  { name: 'session-trop-tard-dife', path: '/session/?id=urbanisme-visio', then: (p) => h1(p, 'Urbanisme') },
  { name: 'session-complete', path: '/session/?id=budget-visio', then: (p) => p.getByText('est complète').waitFor() },
  { name: 'session-introuvable', path: '/session/?id=rien', then: (p) => h1(p, 'introuvable') },
  enrolment('financement', 'financement'),
  enrolment('financement-trop-tard', 'financement', {}, undefined, 'urbanisme-visio'),
  enrolment('financement-erreur', 'financement', { funding: undefined, answered: [] }, async (p) => {
    await onward(p);
    await p.locator('.summary').waitFor();
  }),
  enrolment('aide-mandat', 'aide-mandat', { helping: true }),
  enrolment('aide-collectivite', 'aide-collectivite', { helping: true }),
  enrolment('identite-numerique', 'identite-numerique'),
  enrolment('identite-prete', 'identite-reponse', { identity: 'oui' }),
  enrolment('identite-poste', 'identite-reponse', { identity: 'non' }),
  enrolment('identite-trop-tard', 'identite-reponse', { identity: 'sans-smartphone' }),
  enrolment('aide-conseil', 'aide-conseil', { helping: true }),
  enrolment('nom', 'nom'),
  enrolment(
    'nom-erreurs',
    'nom',
    { person: {}, answered: ['financement', 'identite-numerique', 'identite-reponse'] },
    async (p) => {
      await onward(p);
      await p.locator('.summary').waitFor();
    },
  ),
  enrolment('coordonnees', 'coordonnees'),
  enrolment('coordonnees-erreurs', 'coordonnees', {}, async (p) => {
    await p.getByLabel('Adresse e-mail').fill('jeanne@');
    await p.getByLabel('Téléphone').fill('12');
    await onward(p);
    await p.locator('.summary').waitFor();
  }),
  enrolment('coordonnees-suggestion', 'coordonnees', {}, async (p) => {
    await p.getByLabel('Adresse e-mail').fill('jeanne@gmial.com');
    await onward(p);
    await p.locator('#suggestion').waitFor();
  }),
  enrolment('mandat', 'mandat'),
  enrolment('mandat-sans-dife', 'mandat', {}, async (p) => {
    await p.getByLabel('syndicat').check();
    await onward(p);
    await p.locator('.summary').waitFor();
  }),
  enrolment('collectivite', 'collectivite'),
  enrolment('contact', 'contact', { funding: 'collectivite' }),
  enrolment('verification', 'verification'),
  enrolment('verification-erreur', 'verification', {}, async (p) => {
    await send(p);
    await p.locator('.summary').waitFor();
  }),
  enrolment('verification-attente', 'verification', {}, undefined, 'budget-visio'),
  refused('sans-reponse', cut),
  refused(
    'financement-clos',
    problem(409, 'funding-closed', 'Trop tard pour le DIFE : la demande se faisait au plus tard hier.'),
  ),
  refused('session-close', problem(409, 'session-closed', 'Les inscriptions à cette session sont closes.')),
  refused(
    'trop-de-demandes',
    problem(429, 'too-many-requests', 'Trop de demandes depuis cet appareil. Réessayez dans dix minutes.'),
  ),
  refused(
    'panne',
    problem(500, 'internal', 'Une erreur est survenue de notre côté. Envoyez de nouveau dans un instant.'),
  ),
  refused(
    'champ-refuse',
    problem(422, 'validation', 'À corriger.', { 'person.email': 'Saisissez une adresse e-mail complète.' }),
  ),
  enrolment('fin', 'verification', { consent: true }, async (p) => {
    await send(p);
    await h1(p, 'Votre place');
  }),
  enrolment(
    'fin-attente',
    'verification',
    { consent: true },
    async (p) => {
      await send(p);
      await h1(p, 'liste d’attente');
    },
    'budget-visio',
  ),
  { name: 'inscription-sans-session', path: '/inscription/nom/', then: (p) => h1(p, 'Choisissez d’abord') },
  ...[
    'dife',
    'collectivite',
    'personnel',
    'complet',
    'desaccord',
    'attente',
    'attenteclose',
    'attentecommencee',
    'offre',
    'annule',
    'expire',
    'sessionannulee',
    'contratsigne',
    'contratquitte',
    'retracte',
  ].map((id) => file(id, id, (p) => p.locator('.done h1').waitFor())),
  file('paiement', 'dife', (p) => h1(p, 'Changer de façon'), 'paiement'),
  file(
    'paiement-erreur',
    'collectivite',
    async (p) => {
      await p.getByLabel('Nom de la personne').fill('');
      await p.getByRole('button', { name: 'Enregistrer' }).click();
      await p.locator('.summary').waitFor();
    },
    'paiement',
  ),
  file('session', 'dife', (p) => p.locator('.choice').first().waitFor(), 'session'),
  file('session-attente', 'attente', (p) => p.locator('.choice').first().waitFor(), 'session'),
  file('annuler', 'dife', (p) => h1(p, 'Rendre'), 'annuler'),
  file('annuler-contrat', 'contratsigne', (p) => h1(p, 'Rendre'), 'annuler'),
  file('contact', 'collectivite', (p) => h1(p, 'Votre contact'), 'contact'),
  file('renoncer', 'contratsigne', (p) => h1(p, 'Renoncer'), 'renoncer'),
  file('renoncer-garde', 'contratquitte', (p) => h1(p, 'Renoncer'), 'renoncer'),
  file('refuser', 'offre', (p) => h1(p, 'Refuser'), 'annuler'),
  file('quitter', 'attente', (p) => h1(p, 'Quitter'), 'annuler'),
  file('quitter-close', 'attenteclose', (p) => h1(p, 'Quitter'), 'annuler'),
  file('donnees', 'dife', (p) => h1(p, 'Mes données'), 'donnees'),
  file('besoin', 'dife', (p) => h1(p, 'Ce qu’il vous faut'), 'besoin'),
  file('effacer', 'dife', (p) => h1(p, 'Effacer'), 'effacer'),
  file('suivie', 'suivie', (p) => p.getByText('Donner mon avis').waitFor()),
  file('avis', 'suivie', (p) => h1(p, 'Votre avis, en cinq questions'), 'avis'),
  file(
    'avis-erreur',
    'suivie',
    async (p) => {
      await p.getByRole('button', { name: 'Envoyer mon avis' }).click();
      await p.locator('.summary').waitFor();
    },
    'avis',
  ),
  { name: 'dossier-sans-lien', path: '/dossier/', then: (p) => h1(p, 'Mon dossier') },
  file('refuse', 'inconnu', (p) => h1(p, 'n’ouvre plus')),
  {
    ...file('hors-ligne', 'dife', (p) => p.getByText('ne répond pas').waitFor()),
    before: (p) => p.route('**/api/enrolments/**', cut),
  },
  papers('', 'collectivite'),
  papers('-accord', 'mairieaccord'),
  papers('-refus', 'mairierefus'),
  papers('-fait', 'mairiefait'),
  papers('-close', 'mairieclose'),
  papers('-certificats', 'groupesuivi', '', (p) => p.getByText('en un seul fichier').waitFor()),
  papers('-reponse', 'collectivite', 'reponse'),
  papers('-reponse-refus', 'mairierefus', 'reponse', (p) => p.getByText('crédits votés').waitFor()),
  papers('-reponse-erreur', 'collectivite', 'reponse', async (p) => {
    await p.getByLabel('Refus').check();
    await p.getByRole('button', { name: 'Enregistrer' }).click();
    await p.locator('.summary').waitFor();
  }),
  papers('-facturation', 'mairiefait', 'facturation'),
  papers('-facturation-erreur', 'mairiefait', 'facturation', async (p) => {
    await p.getByLabel('Numéro SIRET de').fill('214 401');
    await p.getByLabel('Adresse de facturation').fill('');
    await p.getByRole('button', { name: 'Enregistrer' }).click();
    await p.locator('.summary').waitFor();
  }),
  papers('-convention', 'collectivite', 'convention'),
  papers('-convention-changee', 'mairieaccord', 'convention'),
  papers('-convention-signee', 'mairiefait', 'convention'),
  papers('-convention-envoi', 'mairieenvoi', 'convention', (p) =>
    p.getByRole('link', { name: 'Envoyer la convention signée' }).waitFor(),
  ),
  papers('-convention-envoyee', 'mairieenvoyee', 'convention', (p) =>
    p.getByRole('button', { name: 'Effacer mon envoi' }).waitFor(),
  ),
  papers('-envoi', 'mairieenvoi', 'envoi', (p) => p.getByRole('button', { name: 'Choisir' }).waitFor()),
  papers('-envoi-pages', 'mairieenvoi', 'envoi', chosen),
  papers('-envoi-pdf', 'mairieenvoi', 'envoi', async (p) => {
    await choose(p, [pdfOf(900_000)]);
    await p.getByRole('button', { name: 'Envoyer ce PDF' }).waitFor();
  }),
  papers('-envoi-refus', 'mairieenvoi', 'envoi', async (p) => {
    await choose(p, [docx(), heic()]);
    await p.locator('.summary').waitFor();
  }),
  papers('-envoi-cours', 'mairieenvoi', 'envoi', async (p) => {
    await p.route('**/api/_bucket', () => undefined); // it never answers
    await chosen(p);
    await p.getByRole('button', { name: 'Envoyer les' }).click();
    await p.getByText('Envoi de la page 1').waitFor();
  }),
  papers('-envoi-coupe', 'mairieenvoi', 'envoi', async (p) => {
    await p.route('**/api/_bucket', cut);
    await chosen(p);
    await p.getByRole('button', { name: 'Envoyer les' }).click();
    await p.getByRole('button', { name: 'Reprendre' }).waitFor();
  }),
  papers('-envoyee', 'mairieenvoyee'),
  papers('-transmise', 'mairietransmise'),
  papers('-recue', 'mairierecue'),
  papers('-transmettre', 'collectivite', 'transmettre'),
  papers('-transmettre-erreur', 'collectivite', 'transmettre', async (p) => {
    await p.getByRole('button', { name: 'Transmettre la demande' }).click();
    await p.locator('.summary').waitFor();
  }),
  papers('-silence', 'collectivite', 'silence'),
  papers('-silence-repris', 'mairierecue', 'silence'),
  { name: 'papiers-refuse', path: '/papiers/', then: (p) => p.getByText('n’ouvre pas').waitFor() },
  council(''),
  council('-erreurs', async (p) => {
    await onward(p);
    await p.locator('.summary').waitFor();
  }),
  council('-verification', listed),
  council('-verification-erreur', async (p) => {
    await listed(p);
    await p.getByRole('button', { name: /^Inscrire ces/ }).click();
    await p.locator('.summary').waitFor();
  }),
  council('-verification-sans-reponse', async (p) => {
    await listed(p);
    await p.getByLabel(/^Ces élus savent/).check();
    await p.route('**/api/groups', cut);
    await p.getByRole('button', { name: /^Inscrire ces/ }).click();
    await p.locator('#failure').waitFor();
  }),
  council('-verification-attente', listed, 'budget-visio'),
  council('-fin', enlisted),
  council('-fin-attente', enlisted, 'budget-visio'),
  { name: 'groupe-session-introuvable', path: '/groupe/?session=rien', then: (p) => h1(p, 'introuvable') },
  {
    name: 'feuille',
    path: '/feuille/#budget-nantes.1.t.exemple',
    then: (p) => p.getByRole('group', { name: 'Awa Ndiaye' }).waitFor(),
  },
  {
    name: 'feuille-sans-camera',
    path: '/feuille/#budget-nantes.1.t.exemple',
    then: async (p) => {
      await p.getByRole('button', { name: 'Lire les codes' }).click();
      await p.getByText('Touchez les noms').waitFor();
    },
  },
  { name: 'presence', path: '/presence/#budget-nantes.1.p.exemple' },
  { name: 'feuille-refuse', path: '/feuille/', then: (p) => p.getByText('Ouvrez cette page').waitFor() },
  { name: 'lien-perdu', path: '/lien-perdu/' },
  {
    name: 'lien-perdu-erreur',
    path: '/lien-perdu/',
    then: async (p) => {
      await p.getByRole('button', { name: 'Recevoir' }).click();
      await p.locator('.summary').waitFor();
    },
  },
  {
    name: 'lien-perdu-envoye',
    path: '/lien-perdu/',
    then: async (p) => {
      await p.getByLabel('L’adresse e-mail').fill('jeanne.legoff@orange.fr');
      await p.getByRole('button', { name: 'Recevoir' }).click();
      await h1(p, 'Regardez');
    },
  },
  ...[
    'guide',
    'guide/dife',
    'guide/collectivite',
    'guide/personnel',
    'plan-du-site',
    'accessibilite',
    'mentions-legales',
  ].map((path) => ({
    name: path.replace('/', '-'),
    path: `/${path}/`,
  })),
  { name: 'donnees-personnelles', path: '/donnees-personnelles/' },
  { name: 'hors-ligne', path: '/hors-ligne/' },
  { name: 'introuvable', path: '/nulle-part/' },
  { name: 'borne-mise-en-service', path: '/borne/', kiosk: true },
  {
    name: 'borne-mise-en-service-erreur',
    path: '/borne/',
    kiosk: true,
    then: async (p) => {
      await p.getByRole('button', { name: 'Démarrer' }).click();
      await p.locator('.summary').waitFor();
    },
  },
  kiosk('accueil', undefined),
  kiosk('sessions', start),
  kiosk('session', pick),
  kiosk('financement', begin),
  kiosk('nom', async (p) => {
    await begin(p);
    await p.getByLabel('À titre personnel').check();
    await onward(p);
    await h1(p, 'Comment vous appelez');
  }),
  kiosk('inactivite', async (p) => {
    await begin(p);
    await p.clock.runFor(95_000);
    await p.getByRole('dialog').waitFor();
  }),
  kiosk('sortie', async (p) => {
    await p.getByRole('button', { name: 'Écharpe' }).hover();
    await p.mouse.down();
    await p.clock.runFor(3200);
    await p.mouse.up();
    await h1(p, 'Quitter');
  }),
];

/** Opens a screen in its state. */
export async function show(page: Page, base: string, screen: Screen) {
  const at = (path: string) => `${base}${path}`;
  const plainGoto = page.goto.bind(page);
  page.goto = (path, options) => plainGoto(path.startsWith('/') ? at(path) : path, options);
  await screen.before?.(page);
  await page.goto(screen.path);
  await page.locator('h1').first().waitFor();
  await screen.then?.(page);
}
