/** The screens of the collectivité's page, told apart by `?vue=`. */
export type View = '' | 'reponse' | 'facturation' | 'convention' | 'transmettre' | 'silence';
const VIEWS: View[] = ['reponse', 'facturation', 'convention', 'transmettre', 'silence'];
export const TITLES: Record<View, string> = {
  '': 'Une demande de formation',
  reponse: 'Quelle est la réponse de votre collectivité ?',
  facturation: 'À qui adresser la facture ?',
  convention: 'Signer la convention',
  transmettre: 'À qui transmettre cette demande ?',
  silence: 'Ne plus recevoir d’e-mails ?',
};

export const viewOf = (query: string): View => VIEWS.find((v) => v === new URLSearchParams(query).get('vue')) ?? '';
