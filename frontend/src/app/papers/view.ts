/** The screens of the collectivité's page, told apart by `?vue=`. */
export type View = '' | 'reponse' | 'facturation' | 'convention' | 'signer' | 'envoi' | 'transmettre' | 'silence';
const VIEWS: View[] = ['reponse', 'facturation', 'convention', 'signer', 'envoi', 'transmettre', 'silence'];
export const TITLES: Record<View, string> = {
  '': 'Une demande de formation',
  reponse: 'Quelle est la réponse de votre collectivité ?',
  facturation: 'À qui adresser la facture ?',
  convention: 'Signer la convention',
  signer: 'Lire et signer la convention',
  envoi: 'Envoyer la convention signée',
  transmettre: 'À qui transmettre cette demande ?',
  silence: 'Ne plus recevoir d’e-mails ?',
};

/** The question of a screen; the one about mails is the other way round once they are stopped. */
export const titleOf = (view: View, silent = false): string =>
  view === 'silence' && silent ? 'Recevoir de nouveau nos e-mails ?' : TITLES[view];

export const viewOf = (query: string): View => VIEWS.find((v) => v === new URLSearchParams(query).get('vue')) ?? '';
