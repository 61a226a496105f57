/** The order of the screens: what comes next, and what is still missing. */
import type { Draft } from '../draft.js';
import steps from './steps.json';

export type StepKey =
  | 'financement'
  | 'aide-mandat'
  | 'aide-collectivite'
  | 'identite-numerique'
  | 'identite-reponse'
  | 'aide-conseil'
  | 'nom'
  | 'coordonnees'
  | 'mandat'
  | 'collectivite'
  | 'contact'
  | 'verification'
  | 'fin';

export const titleOf = (key: StepKey) => steps.find((s) => s.key === key)!.title;
const isStep = (key: string): key is StepKey => steps.some((s) => s.key === key);
export const pathOf = (key: StepKey) => `/inscription/${key}/`;
export const stepOfPath = (path: string): StepKey => {
  const key = /^\/inscription\/([^/]+)\//.exec(path)?.[1] ?? '';
  return isStep(key) ? key : 'financement';
};

/** The screens that this draft needs, in order. */
function mainRoute(draft: Draft): StepKey[] {
  const dife: StepKey[] = draft.funding === 'dife' ? ['identite-numerique', 'identite-reponse'] : [];
  const contact: StepKey[] = draft.funding === 'collectivite' ? ['contact'] : [];
  return ['financement', ...dife, 'nom', 'coordonnees', 'mandat', 'collectivite', ...contact, 'verification'];
}

/** « Étape 3 sur 8 »; nothing on the way through the three questions of the help. */
export function sayProgress(draft: Draft, step: StepKey): string {
  const route = mainRoute(draft);
  const index = route.indexOf(step);
  return index < 0 ? '' : `Étape ${index + 1} sur ${route.length}`;
}

const passed = (draft: Draft, step: StepKey) =>
  draft.answered.includes(step) || (step === 'identite-reponse' && draft.answered.includes('nom'));

/** The first screen still to answer; verification when all are. */
export function firstGap(draft: Draft): StepKey {
  return mainRoute(draft).find((s) => s !== 'verification' && !passed(draft, s)) ?? 'verification';
}

/** What Continuer leads to. While mending from the check screen, back to it as soon as nothing is missing. */
export function nextStep(draft: Draft, step: StepKey, mending: boolean): StepKey {
  if (draft.helping) {
    const help: Partial<Record<StepKey, StepKey>> = {
      'aide-mandat': 'aide-collectivite',
      'aide-collectivite': 'identite-numerique',
      'identite-numerique': 'aide-conseil',
    };
    if (help[step]) return help[step];
  }
  if (step === 'identite-numerique') return 'identite-reponse';
  if (mending) return firstGap(draft);
  const route = mainRoute(draft);
  return route[route.indexOf(step) + 1] ?? 'verification';
}

/** Where a person who opens this screen really has to be: no screen before what it depends on. */
export function allowed(draft: Draft, step: StepKey): StepKey {
  if (step === 'verification') return firstGap(draft);
  if (step === 'identite-reponse') return draft.identity ? step : 'identite-numerique';
  if (step === 'aide-conseil') return draft.identity && draft.seat && draft.authorityPays ? step : 'aide-mandat';
  const route = mainRoute(draft);
  const index = route.indexOf(step);
  const gap = route.indexOf(firstGap(draft));
  return index > gap ? firstGap(draft) : step;
}
