/** The acts on a file that need a form: what each asks, what it does to others, what it sends. */
import content from 'echarpe:content';
import type { FormState, Values } from '../form.js';
import { textField, radios } from '../form.js';
import { dayKey, sayLongDay } from '../french.js';
import { html, type TemplateResult } from '../page.js';
import { KINDS } from '../payer.js';
import type { Act } from './client.js';
import type { FileView, SessionLine } from './contract.js';
import { dayField, listField, longField, reasonField } from './fields.js';
import { count } from './words.js';

interface At {
  view: FileView;
  sessions?: SessionLine[];
}

interface ActForm {
  title: string;
  /** What of `can` opens it. */
  needs: string;
  path: string;
  effect?: string;
  start: (at: At) => Values;
  fields: (state: FormState, at: At) => TemplateResult;
  button: string;
  danger?: boolean;
  act: (values: Values, at: At) => Pick<Act, 'method' | 'body' | 'said'>;
}

/** Checks each form, keeps their names. */
const named = <K extends string>(all: Record<K, ActForm>) => all;
const none = () => ({});
const noReason = () => ({ reason: '' });
const optional = (state: FormState) => reasonField(state, false);

const TITLES: [string, string][] = [
  ['', 'Non renseignée'],
  ['Madame', 'Madame'],
  ['Monsieur', 'Monsieur'],
];

/** Name and how to reach someone, as the person's form and the enrolment by telephone ask them. */
export const personFields = (state: FormState, prefix = '') =>
  html`${listField({ id: `${prefix}title`, label: 'Civilité' }, TITLES, state)}
    <div class="pair">
      ${textField({ id: `${prefix}firstName`, label: 'Prénom', capitals: 'words', limit: 80, required: true }, state)}
      ${textField({ id: `${prefix}lastName`, label: 'Nom', capitals: 'words', limit: 80, required: true }, state)}
    </div>
    ${textField({ id: `${prefix}birthName`, label: 'Nom de naissance', capitals: 'words', limit: 80, optional: true }, state)}
    <div class="pair">
      ${textField({ id: `${prefix}email`, label: 'Adresse e-mail', type: 'email', inputmode: 'email', limit: 254, required: true }, state)}
      ${textField({ id: `${prefix}phone`, label: 'Téléphone', type: 'tel', inputmode: 'tel', limit: 40, optional: true }, state)}
    </div>`;

export const contactFields = (state: FormState, prefix = '') =>
  html`<div class="pair">
    ${textField({ id: `${prefix}name`, label: 'Nom du contact', limit: 120, optional: true }, state)}
    ${textField({ id: `${prefix}email`, label: 'Son adresse e-mail', type: 'email', inputmode: 'email', limit: 254, optional: true }, state)}
  </div>`;

export const modeField = (state: FormState, except = '') =>
  radios(
    'funding',
    'Financement',
    (Object.keys(content.modes) as (keyof typeof content.modes)[])
      .filter((m) => m !== except)
      .map((m) => ({ value: m, label: content.modes[m].short })),
    state,
  );

/** What somebody needs, said for them. */
export const needsOf = (label: string, state: FormState, hint?: string) =>
  textField({ id: 'needs', label, hint, limit: 300, optional: true }, state);

export const NEEDS =
  'Ce qu’il faut préparer, dans les mots de la personne, sans motif médical. Lu par la gestion seule, effacé après la session.';

export const sessionChoices = (sessions?: SessionLine[]): [string, string][] =>
  sessions
    ? [
        ['', sessions.length ? 'Choisissez une session' : 'Aucune autre session ouverte'],
        ...sessions.map((s): [string, string] => [s.id, `${sayLongDay(s.start)}, ${s.title}, ${seats(s)}`]),
      ]
    : [['', 'Un instant…']];

const seats = (s: SessionLine) =>
  s.taken < s.capacity && !s.waiting
    ? count(s.capacity - s.taken, 'place')
    : `complet${s.waiting ? `, ${count(s.waiting, 'personne attend', 'personnes attendent')}` : ''}`;

export const forms = named({
  report: {
    title: 'Reporter ce qu’il y a à faire',
    needs: 'report',
    path: '/duty',
    effect: 'La tâche revient le jour choisi. La date limite ne change pas.',
    start: () => ({ until: dayKey(new Date(Date.now() + 86_400_000)), reason: '' }),
    fields: (state) =>
      html`${dayField({ id: 'until', label: 'Y revenir le', required: true, min: dayKey(new Date(Date.now() + 86_400_000)) }, state)}
      ${reasonField(state, true, 'Gardé dans l’historique du dossier.')}`,
    button: 'Reporter',
    act: (v, { view }) => ({
      method: 'POST',
      body: { kind: view.duty!.kind, until: v['until'], reason: v['reason'] },
      said: 'Reporté.',
    }),
  },
  proposal: {
    title: 'Dire que la proposition DIFE est envoyée',
    needs: 'proposal',
    path: '/proposal',
    effect: 'L’élu en est prévenu par e-mail, et ses jours pour la confirmer sur Mon Compte Élu commencent.',
    start: noReason,
    fields: optional,
    button: 'Proposition envoyée',
    act: (v) => ({ method: 'POST', body: v, said: 'La proposition est notée, l’élu en est prévenu.' }),
  },
  countersignature: {
    title: 'Contresigner la convention',
    needs: 'countersignature',
    path: '/countersignature',
    effect:
      'Vous signez pour l’organisme, à votre nom : lisez d’abord ce qui est signé. Le financement est alors réglé, et la convention signée part par e-mail à l’élu, à la collectivité et à l’organisme.',
    start: noReason,
    fields: optional,
    button: 'Contresigner la convention',
    act: (v) => ({ method: 'POST', body: v, said: 'La convention est signée par les deux parties.' }),
  },
  invoice: {
    title: 'Faire la facture',
    needs: 'invoice',
    path: '/invoice',
    effect:
      'Elle prend le numéro suivant de l’année, et ne change plus ensuite. Rien n’est envoyé\u00a0: vous la déposez.',
    start: ({ view }) => ({ ...view.invoice?.payer, prorata: '' }),
    fields: (state, { view }) =>
      html`<p><strong>${view.invoice?.payer?.name}</strong></p>
        ${textField({ id: 'address', label: 'Adresse de facturation', limit: 250 }, state)}
        ${
          view.file.funding === 'collectivite'
            ? html`${textField({ id: 'siret', label: 'SIRET de la collectivité', inputmode: 'numeric', limit: 30, required: true }, state)}
                <div class="pair">
                  ${textField({ id: 'service', label: 'Code service', limit: 100, optional: true }, state)}
                  ${textField({ id: 'commitment', label: 'Numéro d’engagement', limit: 50, optional: true }, state)}
                </div>`
            : ''
        }
        ${
          view.invoice?.terms
            ? html`<p>${view.invoice.terms}</p>
                ${radios(
                  'prorata',
                  'Montant',
                  [
                    { value: '', label: 'Le prix entier' },
                    { value: 'oui', label: 'Le prorata des heures suivies' },
                  ],
                  state,
                )}`
            : ''
        }`,
    button: 'Faire la facture',
    act: ({ address, siret, service, commitment, prorata }, { view }) => ({
      method: 'POST',
      body: { name: view.invoice?.payer?.name, address, siret, service, commitment, prorata: prorata === 'oui' },
      said: 'La facture est faite. Vous pouvez la prendre en PDF.',
    }),
  },
  credit: {
    title: 'Annuler la facture par un avoir',
    needs: 'credit',
    path: '/credit',
    effect:
      'L’avoir annule la facture en entier, sous un numéro qui suit celui du dernier avoir. La facture reste gardée\u00a0; une autre peut être faite ensuite. Rien n’est envoyé\u00a0: vous déposez l’avoir.',
    start: noReason,
    fields: (state) => reasonField(state, true, 'Écrit sur l’avoir, et gardé dans l’historique du dossier.'),
    button: 'Faire l’avoir',
    danger: true,
    act: (v) => ({ method: 'POST', body: v, said: 'L’avoir est fait. Vous pouvez le prendre en PDF.' }),
  },
  notes: {
    title: 'Écrire une note',
    needs: 'notes',
    path: '/notes',
    effect: 'Seule l’équipe la voit. Elle reste dans l’historique.',
    start: () => ({ text: '' }),
    fields: (state) => longField({ id: 'text', label: 'Note', required: true, limit: 2000, rows: 3 }, state),
    button: 'Garder la note',
    act: (v) => ({ method: 'POST', body: { text: v['text'] }, said: 'La note est gardée.' }),
  },
  proof: {
    title: 'Dire que son adresse est la sienne',
    needs: 'proof',
    path: '/proof',
    effect:
      'Vous l’avez eu au téléphone, et l’adresse e-mail est bien la sienne : sa place lui reste, sans qu’il ait à ouvrir l’e-mail.',
    start: noReason,
    fields: optional,
    button: 'Adresse confirmée',
    act: (v) => ({ method: 'POST', body: v, said: 'L’adresse est confirmée : la place lui reste.' }),
  },
  person: {
    title: 'Corriger le nom, l’e-mail ou le téléphone',
    needs: 'person',
    path: '/person',
    effect:
      'Si l’adresse e-mail change, les liens déjà envoyés ne s’ouvrent plus, et de nouveaux partent à la nouvelle adresse.',
    start: ({ view }) => ({ ...view.person, reason: '' }),
    fields: (state) => html`${personFields(state)} ${optional(state)}`,
    button: 'Corriger',
    act: (v) => ({ method: 'PUT', body: v, said: 'Les coordonnées sont corrigées.' }),
  },
  contact: {
    title: 'Corriger le contact à la collectivité',
    needs: 'contact',
    path: '/contact',
    effect:
      'Les papiers et rappels de la collectivité partiront à cette adresse. Vides, les deux champs retirent le contact.',
    start: ({ view }) => ({ name: view.contact?.name ?? '', email: view.contact?.email ?? '' }),
    fields: (state) => contactFields(state),
    button: 'Corriger',
    act: (v) => ({ method: 'PUT', body: v, said: 'Le contact à la collectivité est corrigé.' }),
  },
  payer: {
    title: 'Corriger l’organisme qui paie',
    needs: 'payer',
    path: '/payer',
    effect:
      'Le devis et la convention sont refaits sous un autre numéro, qui annule le précédent. Sans nom, c’est la collectivité du mandat qui paie.',
    start: ({ view }) => ({ name: view.payer?.name ?? '', kind: view.payer?.kind ?? '', reason: '' }),
    fields: (state) =>
      html`${textField({ id: 'name', label: 'Son nom', hint: 'Par exemple « Brest métropole ».', limit: 150, capitals: 'words', optional: true }, state)}
      ${listField({ id: 'kind', label: 'Cet organisme est' }, [['', 'La collectivité du mandat'], ...KINDS], state)}
      ${optional(state)}`,
    button: 'Corriger',
    act: (v) => ({ method: 'PUT', body: v, said: 'L’organisme qui paie est corrigé.' }),
  },
  needs: {
    title: 'Noter un besoin pour suivre la session',
    needs: 'needs',
    path: '/needs',
    effect: NEEDS,
    start: ({ view }) => ({ needs: view.needs ?? '' }),
    fields: (state) => needsOf('Besoin', state),
    button: 'Noter',
    act: (v) => ({ method: 'PUT', body: v, said: 'Le besoin est noté.' }),
  },
  funding: {
    title: 'Changer le financement',
    needs: 'funding',
    path: '/funding',
    effect:
      'Les étapes deviennent celles du nouveau financement ; l’élu en est prévenu par e-mail. Sa place ne change pas.',
    start: () => ({ funding: '', reason: '' }),
    fields: (state, { view }) => html`${modeField(state, view.file.funding)} ${optional(state)}`,
    button: 'Changer le financement',
    act: (v) => ({
      method: 'PUT',
      body: { funding: v['funding'] ?? '', reason: v['reason'] },
      said: 'Le financement est changé, l’élu en est prévenu.',
    }),
  },
  session: {
    title: 'Changer de session',
    needs: 'session',
    path: '/session',
    effect:
      'Sa place actuelle est rendue, et proposée à la première personne qui attend ; il en prend une dans l’autre session. L’élu en est prévenu par e-mail.',
    start: () => ({ sessionId: '', reason: '' }),
    fields: (state, { sessions }) =>
      html`${listField({ id: 'sessionId', label: 'Nouvelle session', required: true }, sessionChoices(sessions), state)}
      ${optional(state)}`,
    button: 'Changer de session',
    act: (v) => ({
      method: 'PUT',
      body: { sessionId: v['sessionId'], reason: v['reason'] },
      said: 'La session est changée, l’élu en est prévenu.',
    }),
  },
  links: {
    title: 'Envoyer de nouveau ses liens',
    needs: 'links',
    path: '/links',
    effect: 'Un e-mail part à l’élu, avec le lien de son dossier.',
    start: none,
    fields: () => html``,
    button: 'Envoyer les liens',
    act: () => ({ method: 'POST', body: {}, said: 'Les liens partent par e-mail.' }),
  },
  reachable: {
    title: 'Dire que son adresse répond de nouveau',
    needs: 'reachable',
    path: '/reachable',
    effect: 'Les e-mails lui sont envoyés de nouveau. Si l’adresse est fausse, corrigez-la d’abord.',
    start: noReason,
    fields: optional,
    button: 'De nouveau joignable',
    act: (v) => ({ method: 'POST', body: v, said: 'Les e-mails partent de nouveau à cette adresse.' }),
  },
  revocation: {
    title: 'Révoquer ses liens',
    needs: 'revocation',
    path: '/revocation',
    effect:
      'Les liens déjà envoyés ne s’ouvrent plus, les siens et ceux de sa collectivité ; de nouveaux partent par e-mail.',
    start: noReason,
    fields: (state) => reasonField(state, true, 'Gardé dans l’historique du dossier.'),
    button: 'Révoquer les liens',
    danger: true,
    act: (v) => ({
      method: 'POST',
      body: v,
      said: 'Les anciens liens ne s’ouvrent plus ; les nouveaux partent par e-mail.',
    }),
  },
  withdrawal: {
    title: 'Noter une rétractation',
    needs: 'withdrawal',
    path: '/withdrawal',
    effect:
      'L’élu renonce à son contrat dans les délais. Sa place est rendue, sauf si elle est payée autrement depuis. L’accusé de réception lui part par e-mail.',
    start: noReason,
    fields: (state) => reasonField(state, true, 'Comment elle est arrivée, et le jour de son envoi.'),
    button: 'Noter la rétractation',
    danger: true,
    act: (v) => ({
      method: 'POST',
      body: v,
      said: 'La rétractation est notée, l’élu en reçoit l’accusé de réception.',
    }),
  },
  cancellation: {
    title: 'Annuler l’inscription',
    needs: 'cancellation',
    path: '/cancellation',
    effect:
      'Sa place est rendue, et proposée à la première personne qui attend. L’élu en est prévenu par e-mail. Cela ne se défait pas : il faudrait l’inscrire de nouveau.',
    start: noReason,
    fields: (state) => reasonField(state, true, 'L’élu le lit dans l’e-mail.'),
    button: 'Annuler l’inscription',
    danger: true,
    act: (v) => ({ method: 'POST', body: v, said: 'L’inscription est annulée, l’élu en est prévenu.' }),
  },
});

export type FormName = keyof typeof forms;
