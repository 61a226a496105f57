/** The screens of the file, told apart by `?vue=`. */
export type View =
  | ''
  | 'telephone'
  | 'besoin'
  | 'adresse'
  | 'paiement'
  | 'session'
  | 'annuler'
  | 'renoncer'
  | 'contact'
  | 'avis'
  | 'donnees'
  | 'effacer'
  | 'adieu';
const VIEWS: View[] = [
  'telephone',
  'besoin',
  'adresse',
  'paiement',
  'session',
  'annuler',
  'renoncer',
  'contact',
  'avis',
  'donnees',
  'effacer',
  'adieu',
];
export const TITLES: Record<View, string> = {
  '': 'Mon dossier',
  telephone: 'Corriger mon téléphone',
  besoin: 'Ce qu’il vous faut pour suivre la formation',
  adresse: 'Corriger mon adresse e-mail',
  paiement: 'Changer de façon de payer',
  session: 'Changer de session',
  annuler: 'Rendre ma place',
  renoncer: 'Renoncer au contrat',
  contact: 'Votre contact à la collectivité',
  avis: 'Votre avis, en cinq questions',
  donnees: 'Mes données',
  effacer: 'Effacer mon dossier',
  adieu: 'Votre dossier est effacé',
};

export const viewOf = (query: string): View => VIEWS.find((v) => v === new URLSearchParams(query).get('vue')) ?? '';
