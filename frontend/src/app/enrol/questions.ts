/** The questions of an enrolment: for each screen its fields, its checks, and what its answers become. */
import answers from 'echarpe:answers';
import content from 'echarpe:content';
import { html, nothing, type TemplateResult } from 'lit';
import { checkEmail, checkPhone, checkText } from '../check.js';
import { isOpen, until, type Identity } from '../choose.js';
import { MODES, type Mode } from '../contract.js';
import type { Draft } from '../draft.js';
import { sayCost } from '../french.js';
import { radios, textField, type Choice, type Errors, type FormState, type Values } from '../form.js';
import { notice } from '../page.js';
import type { payerFold } from '../payer.js';
import { plainEmail, plainPhone, plainText } from '../plain.js';
import type { StepKey } from './route.js';

interface Question {
  fields: string[];
  values(draft: Draft): Values;
  view(draft: Draft, state: FormState): TemplateResult;
  check(values: Values, draft: Draft): Errors;
  keep(values: Values, draft: Draft): Partial<Draft>;
}

const only = (errors: Errors): Errors => Object.fromEntries(Object.entries(errors).filter(([, text]) => text));

/** A question with one set of radio buttons. */
function choose(
  name: string,
  legend: string,
  missing: string,
  choices: (draft: Draft) => Choice[],
  parts: Pick<Question, 'values' | 'keep'>,
): Question {
  return {
    fields: [name],
    ...parts,
    view: (draft, state) => radios(name, legend, choices(draft), state, true),
    check: (values, draft) =>
      only({ [name]: choices(draft).some((c) => c.value === values[name] && !c.disabled) ? '' : missing }),
  };
}

function fundingChoices(draft: Draft): Choice[] {
  const { session } = draft;
  return MODES.map((mode) => {
    const { title, asks } = content.modes[mode];
    const open = !session || isOpen(session, mode, Date.now());
    const limit = session ? until(session.funding[mode], Date.now()) : '';
    const reason = session?.funding[mode].reason ?? 'Cette façon de payer n’est plus possible pour cette session.';
    return {
      value: mode,
      label: title,
      disabled: !open,
      hint: open
        ? html`${asks}${limit ? html`<br />Possible ${limit}.` : nothing}`
        : html`<b>Impossible ici.</b> ${reason}`,
    };
  });
}

const financement: Question = {
  ...choose('funding', 'Façon de payer', 'Choisissez comment la formation sera payée.', fundingChoices, {
    values: (d) => ({ funding: d.funding ?? '' }),
    keep: (v) => ({ funding: v['funding'] as Mode, helping: false }),
  }),
};

const plainFunding = financement.view;
financement.view = (draft, state) =>
  html`${draft.session ? html`<p>Prix : ${sayCost(draft.session.formation)}.</p>` : nothing}
  ${plainFunding(draft, state)}`;

const aideMandat = choose(
  'seat',
  'Où siégez-vous ?',
  'Dites-nous où vous siégez.',
  () => [
    {
      value: 'conseil',
      label: 'Dans un conseil',
      hint: 'Municipal, communautaire, métropolitain, départemental, régional, d’arrondissement, ou assemblée à statut particulier.',
    },
    { value: 'syndicat', label: 'Dans un syndicat seulement', hint: 'Syndicat intercommunal ou mixte.' },
  ],
  { values: (d) => ({ seat: d.seat ?? '' }), keep: (v) => ({ seat: v['seat'] }) },
);

const aideCollectivite = choose(
  'authorityPays',
  'Votre collectivité peut-elle payer ?',
  'Dites-nous si votre collectivité peut payer.',
  () => [
    { value: 'oui', label: 'Oui', hint: 'C’est convenu, ou probable.' },
    {
      value: 'peut-etre',
      label: 'Je ne sais pas encore',
      hint: 'La formation de ses élus est une dépense obligatoire pour elle.',
    },
    { value: 'non', label: 'Non', hint: 'Je préfère une autre façon de payer.' },
  ],
  { values: (d) => ({ authorityPays: d.authorityPays ?? '' }), keep: (v) => ({ authorityPays: v['authorityPays'] }) },
);

const identite: Question = {
  ...choose(
    'identity',
    answers.identity.title,
    'Dites-nous si vous avez une identité numérique.',
    () => [
      { value: 'oui', label: answers.identity.yes },
      { value: 'non', label: answers.identity.no },
      { value: 'sans-smartphone', label: 'Non, et je n’ai pas de smartphone' },
    ],
    { values: (d) => ({ identity: d.identity ?? '' }), keep: (v) => ({ identity: v['identity'] as Identity }) },
  ),
};
const plainIdentity = identite.view;
identite.view = (draft, state) =>
  html`<p class="hint">${answers.identity.hint}</p>
    ${plainIdentity(draft, state)}`;

const nom: Question = {
  fields: ['firstName', 'lastName', 'birthName', 'title'],
  values: ({ person: p }) => ({
    title: p.title ?? '',
    firstName: p.firstName ?? '',
    lastName: p.lastName ?? '',
    birthName: p.birthName ?? '',
  }),
  view: (draft, state) => html`
    ${textField({ id: 'firstName', label: 'Prénom', autocomplete: 'given-name', limit: 100, required: true }, state)}
    ${textField({ id: 'lastName', label: 'Nom', autocomplete: 'family-name', limit: 100, required: true }, state)}
    ${
      draft.funding === 'dife'
        ? textField(
            {
              id: 'birthName',
              label: 'Nom de naissance, s’il est différent',
              hint: 'Pour le DIFE, c’est lui qui compte : un nom différent d’un site à l’autre est la première cause d’échec.',
              autocomplete: 'off',
              limit: 100,
              optional: true,
            },
            state,
          )
        : nothing
    }
    ${radios(
      'title',
      'Civilité (facultatif)',
      [
        { value: 'Madame', label: 'Madame' },
        { value: 'Monsieur', label: 'Monsieur' },
      ],
      state,
    )}
  `,
  check: (v, d) =>
    only({
      firstName: checkText(v['firstName'], 'Saisissez votre prénom.', 100),
      lastName: checkText(v['lastName'], 'Saisissez votre nom.', 100),
      birthName: d.funding === 'dife' ? checkText(v['birthName'] || '-', '', 100) : '',
    }),
  keep: (v, d) => ({
    person: {
      ...d.person,
      title: v['title'] || undefined,
      firstName: plainText(v['firstName'] ?? ''),
      lastName: plainText(v['lastName'] ?? ''),
      birthName: v['birthName'] === undefined ? d.person.birthName : plainText(v['birthName']) || undefined,
    },
  }),
};

const coordonnees: Question = {
  fields: ['email', 'phone'],
  values: ({ person: p }) => ({ email: p.email ?? '', phone: p.phone ?? '' }),
  view: (_draft, state) => html`
    ${textField(
      {
        id: 'email',
        label: 'Adresse e-mail',
        hint: 'Nous y envoyons le lien de votre dossier et les étapes à suivre.',
        type: 'email',
        inputmode: 'email',
        autocomplete: 'email',
        limit: 254,
        required: true,
      },
      state,
    )}
    ${textField(
      {
        id: 'phone',
        label: 'Téléphone',
        hint: 'Seulement pour vous prévenir d’un changement, ou si votre e-mail ne fonctionne pas.',
        type: 'tel',
        inputmode: 'tel',
        autocomplete: 'tel',
        limit: 40,
        optional: true,
      },
      state,
    )}
  `,
  check: (v) =>
    only({ email: checkEmail(v['email'], 'Saisissez votre adresse e-mail.'), phone: checkPhone(v['phone']) }),
  keep: (v, d) => ({
    person: { ...d.person, email: plainEmail(v['email'] ?? ''), phone: plainPhone(v['phone'] ?? '') || undefined },
  }),
};

const mandat: Question = {
  ...choose(
    'kind',
    'Mandat',
    'Choisissez votre mandat.',
    () => answers.mandates.map((m) => ({ value: m.key, label: m.title })),
    {
      values: (d) => ({ kind: d.mandate.kind ?? '' }),
      keep: (v, d) => ({ mandate: { ...d.mandate, kind: v['kind'] } }),
    },
  ),
};
const plainMandat = mandat.view;
mandat.view = (draft, state) =>
  html`<p class="hint">Vous en avez plusieurs ? Choisissez celui pour lequel vous vous formez.</p>
    ${plainMandat(draft, state)}`;
const checkMandat = mandat.check;
mandat.check = (values, draft) => {
  const chosen = answers.mandates.find((m) => m.key === values['kind']);
  if (chosen && !chosen.dife && draft.funding === 'dife')
    return {
      kind: 'Un mandat dans un syndicat n’ouvre pas de droits DIFE. Choisissez un autre mandat, ou revenez choisir une autre façon de payer.',
    };
  return checkMandat(values, draft);
};

let payer: ReturnType<typeof payerFold> | undefined;

/** Without network the fold stays away. */
export const loadPayer = (then: () => unknown) =>
  import('../payer.js').then(
    (m) => ((payer = m.payerFold(html, radios, textField, checkText, plainText)), then()),
    () => 0,
  );

const collectivite: Question = {
  fields: ['authority', 'payerName', 'payerKind'],
  values: (d) => ({ authority: d.mandate.authority ?? '' }),
  view: (draft, state) =>
    html`${textField(
      {
        id: 'authority',
        label: 'Nom de la collectivité',
        hint: 'Celle de votre mandat. Par exemple « Commune de Clisson ».',
        autocomplete: 'organization',
        limit: 200,
        required: true,
      },
      state,
    )}
    ${payer && draft.funding === 'collectivite' ? payer.fields(draft.payer, state) : nothing}`,
  check: (v) =>
    only({
      authority: checkText(v['authority'], 'Saisissez le nom de votre collectivité.'),
      ...(payer && payer.check(v)),
    }),
  keep: (v, d) => ({
    mandate: { ...d.mandate, authority: plainText(v['authority'] ?? '') },
    payer: payer ? payer.of(v) : d.payer,
  }),
};

const contact: Question = {
  fields: ['contactName', 'contactEmail'],
  values: ({ contact: c }) => ({ contactName: c.name ?? '', contactEmail: c.email ?? '' }),
  view: (_draft, state) => html`
    ${notice('plain', 'Nous enverrons à cette personne le devis, le programme et la convention, avec vous en copie. Vous ne la connaissez pas encore ? Laissez vide : cela se donne aussi dans votre dossier.')}
    ${textField({ id: 'contactName', label: 'Nom de la personne ou du service', autocomplete: 'off', capitals: 'words', limit: 200, optional: true }, state)}
    ${textField(
      {
        id: 'contactEmail',
        label: 'Son adresse e-mail',
        type: 'email',
        inputmode: 'email',
        autocomplete: 'off',
        limit: 254,
        optional: true,
      },
      state,
    )}
  `,
  check: (v) => {
    const [name, email] = [plainText(v['contactName'] ?? ''), plainEmail(v['contactEmail'] ?? '')];
    if (!name && !email) return {};
    return only({
      contactName: checkText(name, 'Saisissez le nom de cette personne, ou laissez les deux champs vides.'),
      contactEmail: checkEmail(
        email,
        'Saisissez l’adresse e-mail de cette personne, ou laissez les deux champs vides.',
      ),
    });
  },
  keep: (v) => ({ contact: { name: plainText(v['contactName'] ?? ''), email: plainEmail(v['contactEmail'] ?? '') } }),
};

export const questions: Partial<Record<StepKey, Question>> = {
  financement,
  'aide-mandat': aideMandat,
  'aide-collectivite': aideCollectivite,
  'identite-numerique': identite,
  nom,
  coordonnees,
  mandat,
  collectivite,
  contact,
};

/** The screen and the field that the server's name of a field stands for. */
export function fieldOfServer(name: string): { step: StepKey; field: string } | undefined {
  const known: Record<string, [StepKey, string]> = {
    funding: ['financement', 'funding'],
    'person.title': ['nom', 'title'],
    'person.firstName': ['nom', 'firstName'],
    'person.lastName': ['nom', 'lastName'],
    'person.birthName': ['nom', 'birthName'],
    'person.email': ['coordonnees', 'email'],
    'person.phone': ['coordonnees', 'phone'],
    'mandate.kind': ['mandat', 'kind'],
    'mandate.authority': ['collectivite', 'authority'],
    'payer.name': ['collectivite', 'payerName'],
    needs: ['verification', 'needs'],
    'authorityContact.name': ['contact', 'contactName'],
    'authorityContact.email': ['contact', 'contactEmail'],
  };
  const found = known[name] ?? Object.entries(known).find(([key]) => key.endsWith(`.${name}`))?.[1];
  return found && { step: found[0], field: found[1] };
}
