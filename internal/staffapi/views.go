package staffapi

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/web"
	"github.com/echarpe/echarpe/internal/words"
)

// entry is one file in a list.
type entry struct {
	ID           string                 `json:"id"`
	Reference    string                 `json:"reference"`
	Name         string                 `json:"name"`
	Phone        string                 `json:"phone,omitempty"`
	PhoneLabel   string                 `json:"phoneLabel,omitempty"`
	Email        string                 `json:"email"`
	Authority    string                 `json:"authority"`
	SessionID    string                 `json:"sessionId"`
	SessionTitle string                 `json:"sessionTitle"`
	SessionStart time.Time              `json:"sessionStart"`
	Status       enrolment.Status       `json:"status"`
	StatusLabel  string                 `json:"statusLabel"`
	Funding      enrolment.Mode         `json:"funding"`
	FundingState enrolment.FundingState `json:"fundingState"`
	FundingLabel string                 `json:"fundingLabel"`
	Step         enrolment.StepKey      `json:"step,omitempty"`
	StepTitle    string                 `json:"stepTitle,omitempty"`
	Since        time.Time              `json:"since"`
	Unreachable  bool                   `json:"unreachable"`
	ProveBy      *time.Time             `json:"proveBy,omitempty"` // nobody has confirmed the address: from then on the seat goes to whoever wants it
	Needs        bool                   `json:"needs,omitempty"`   // in the table of a session, for whoever receives its people: something is to be prepared
	ETag         string                 `json:"etag"`
}

var statusLabels = map[enrolment.Status]string{
	enrolment.Reserved: "Place réservée", enrolment.Confirmed: "Place confirmée", enrolment.Attended: "Formation suivie", enrolment.Waiting: "En liste d’attente",
	enrolment.Offered: "Place proposée", enrolment.Cancelled: "Annulée", enrolment.Expired: "Offre expirée",
}

var stateLabels = map[enrolment.FundingState]string{enrolment.FundingTodo: "à faire", enrolment.FundingDeclared: "déclaré", enrolment.FundingSettled: "réglé"}

// since is when the step to do began: when the last one was done, or the way of paying chosen.
func since(e enrolment.Enrolment) time.Time {
	at := e.ModeSince
	for _, k := range e.Mode.Steps() {
		if done, ok := e.Steps[k]; ok && done.At.After(at) {
			at = done.At
		}
	}
	return at
}

func etag(e enrolment.Enrolment) string { return `"` + e.Face() + `"` }

func (a api) entry(e enrolment.Enrolment, s enrolment.Session) entry {
	v := entry{
		ID: e.ID, Reference: e.Reference, Name: e.Person.FullName(), Phone: e.Person.Phone, PhoneLabel: spoken(e.Person.Phone), Email: e.Person.Email,
		Authority: e.Mandate.Authority, SessionID: e.SessionID, SessionTitle: s.Formation.Title, Status: e.Status, StatusLabel: statusLabels[e.Status],
		Funding: e.Mode, FundingState: e.FundingState(), Since: since(e).UTC(), Unreachable: e.Unreachable, ETag: etag(e),
	}
	if len(s.HalfDays) > 0 {
		v.SessionStart = s.Start().UTC()
	}
	if e.ToProve() {
		v.ProveBy = instant(e.ProveBy)
	}
	if e.Aside() {
		v.StatusLabel = "Sans place, adresse à confirmer"
	}
	v.FundingLabel = a.Guide.Mode(e.Mode).Short + ", " + stateLabels[v.FundingState]
	if k, todo := e.NextStep(); todo {
		step, _ := a.Guide.Step(e.Mode, k)
		v.Step, v.StepTitle = k, step.Title
	}
	return v
}

// spoken is a telephone number in pairs, as it is said.
func spoken(e164 string) string {
	n := words.National(e164)
	if len(n) != 10 {
		return e164
	}
	return n[:2] + "\u00a0" + n[2:4] + "\u00a0" + n[4:6] + "\u00a0" + n[6:8] + "\u00a0" + n[8:]
}

type stepView struct {
	Key     enrolment.StepKey `json:"key"`
	Title   string            `json:"title"`
	Done    bool              `json:"done"`
	At      *time.Time        `json:"at,omitempty"`
	By      string            `json:"by,omitempty"`
	OpensAt *time.Time        `json:"opensAt,omitempty"`
}

type sayView struct {
	Title    string   `json:"title"`
	Summary  string   `json:"summary"`
	Body     []string `json:"body"`
	Help     []string `json:"help"`
	Helpline string   `json:"helpline,omitempty"`
}

type personView struct {
	Title     string `json:"title"`
	FirstName string `json:"firstName"`
	LastName  string `json:"lastName"`
	BirthName string `json:"birthName"`
	Email     string `json:"email"`
	Phone     string `json:"phone"`
}

// contactView is the contact at the collectivité; From is who passed the request on to them.
type contactView struct {
	Name   string     `json:"name"`
	Email  string     `json:"email"`
	From   string     `json:"from,omitempty"`
	Since  *time.Time `json:"since,omitempty"`
	Silent *time.Time `json:"silent,omitempty"` // since when they ask not to be written to
}

// contractView is a signed personal contract. KeepsSeat: something else pays for the seat, and withdrawing ends the contract alone.
type contractView struct {
	Number      string     `json:"number"`
	SignedAt    time.Time  `json:"signedAt"`
	LastDay     *time.Time `json:"lastDay,omitempty"` // end of the withdrawal period
	WithdrawnAt *time.Time `json:"withdrawnAt,omitempty"`
	KeepsSeat   bool       `json:"keepsSeat,omitempty"`
}

func (a api) contract(e enrolment.Enrolment) *contractView {
	c, signed := e.Signed()
	if !signed {
		return nil
	}
	v := &contractView{Number: c.Number, SignedAt: c.SignedAt.UTC(), WithdrawnAt: instant(e.WithdrawnAt), KeepsSeat: !e.PaysByContract()}
	if end, ok := a.Guide.Withdrawal(e); ok {
		v.LastDay = instant(end.Add(-time.Second))
	}
	return v
}

type event struct {
	At      time.Time    `json:"at"`
	Kind    string       `json:"kind"`
	Text    string       `json:"text"`
	By      string       `json:"by,omitempty"`
	Reason  string       `json:"reason,omitempty"`
	State   string       `json:"state,omitempty"`
	Changes []changeView `json:"changes,omitempty"`
}

type changeView struct {
	Field  string `json:"field"`
	Before string `json:"before"`
	After  string `json:"after"`
}

type fileView struct {
	File         entry         `json:"file"`
	ETag         string        `json:"etag"`
	Person       personView    `json:"person"`
	Mandate      mandateView   `json:"mandate"`
	Contact      *contactView  `json:"contact"`
	Payer        *web.Payer    `json:"payer,omitempty"`    // when another than the mandate's collectivité pays
	Needs        string        `json:"needs,omitempty"`    // for whoever receives the person only
	Contract     *contractView `json:"contract,omitempty"` // the personal contract signed last
	Reply        *replyView    `json:"reply,omitempty"`
	Position     int           `json:"position,omitempty"`
	OfferedUntil *time.Time    `json:"offeredUntil,omitempty"`
	RemindersOff bool          `json:"remindersOff"`
	Steps        []stepView    `json:"steps"`
	Say          *sayView      `json:"say"`
	Duty         *dutyView     `json:"duty"`
	Invoice      *invoiceView  `json:"invoice,omitempty"`
	Timeline     []event       `json:"timeline"`
	Can          []string      `json:"can"`
	PageURL      string        `json:"pageUrl,omitempty"`
	CreatedAt    time.Time     `json:"createdAt"`
}

type mandateView struct {
	Kind      enrolment.MandateKind `json:"kind"`
	Title     string                `json:"title"`
	Authority string                `json:"authority"`
}

// file shows everything about a file to one of the team.
func (a api) file(f booking.File, log []enrolment.MessageRecord, deeds []enrolment.Deed, who enrolment.Actor) fileView {
	e := f.Enrolment
	mandate, _ := a.Guide.Mandate(e.Mandate.Kind)
	v := fileView{
		File: a.entry(e, f.Session), ETag: etag(e), Person: personView(e.Person), Mandate: mandateView{e.Mandate.Kind, mandate.Title, e.Mandate.Authority},
		Position: f.Position, OfferedUntil: instant(e.OfferedUntil), RemindersOff: e.RemindersOff, Timeline: a.timeline(e, log, deeds), CreatedAt: e.CreatedAt.UTC(),
	}
	if e.Contact != nil {
		v.Contact = &contactView{e.Contact.Name, e.Contact.Email, e.Relay.HandedBy, instant(e.Relay.HandedAt), instant(e.ContactQuiet())}
	}
	v.Payer = web.ShowPayer(e.PaidBy)
	v.Reply, v.Contract = a.reply(e), a.contract(e)
	for _, k := range e.Mode.Steps() {
		step, _ := a.Guide.Step(e.Mode, k)
		sv := stepView{Key: k, Title: step.Title}
		if done, ok := e.Steps[k]; ok {
			sv.Done, sv.At, sv.By = true, instant(done.At), done.By
		} else if at, known := a.Guide.StepOpensAt(e, k); known {
			sv.OpensAt = instant(at)
		}
		v.Steps = append(v.Steps, sv)
	}
	if k, todo := e.NextStep(); todo && e.Status.Live() {
		step, _ := a.Guide.Step(e.Mode, k)
		v.Say = &sayView{Title: step.Title, Summary: step.Summary, Body: step.Body, Help: step.Help}
		if k == enrolment.StepIdentite {
			v.Say.Helpline = a.Guide.Helpline.Number
		}
	}
	if d, _ := a.Duties.Plan(e, f.Session, a.Now()); d.Kind != "" {
		dv := a.duty(e, f.Session, d)
		v.Duty = &dv
	}
	v.Invoice = a.invoiceOf(e, f.Session)
	if who.Role == enrolment.RoleGestion {
		v.Needs = e.Needs
		v.Can, v.PageURL = a.can(e, f.Session, a.Now()), a.Links.File(e.ID, e.LinkRevision)
		if i := v.Invoice; i != nil && i.Number == "" && i.With == "" && len(i.Missing) == 0 {
			v.Can = append(v.Can, "invoice")
		} else if i != nil && i.Number != "" {
			v.Can = append(v.Can, "credit")
		}
	}
	if v.Can == nil {
		v.Can = []string{}
	}
	return v
}

// can lists the acts that this file allows now.
func (a api) can(e enrolment.Enrolment, s enrolment.Session, now time.Time) []string {
	acts := []string{"person", "contact", "needs", "links", "revocation", "notes"}
	if e.ToProve() {
		acts = append(acts, "proof")
	}
	if e.Unreachable {
		acts = append(acts, "reachable")
	}
	if _, ok := a.Guide.Withdrawal(e); ok {
		acts = append(acts, "withdrawal")
	}
	if !e.Status.Live() {
		return acts
	}
	for _, k := range e.Mode.Steps() {
		if _, done := e.Steps[k]; done {
			acts = append(acts, "untick:"+string(k))
		} else if at, ok := a.Guide.StepOpensAt(e, k); ok && !now.Before(at) {
			acts = append(acts, "tick:"+string(k))
		}
	}
	if _, agreed := e.Steps[enrolment.StepConfirm]; e.Mode == enrolment.DIFE && !agreed && e.Status.HoldsSeat() {
		acts = append(acts, "proposal")
	}
	acts = append(acts, "funding", "message")
	if e.SignedByAuthority() && !e.SignedOnline() && e.PartOf == "" && now.Before(s.Start()) {
		acts = append(acts, "countersignature")
	}
	if e.Mode == enrolment.Collectivite && e.PartOf == "" && e.Group == nil {
		acts = append(acts, "payer")
	}
	if now.Before(s.Start()) {
		acts = append(acts, "session", "cancellation")
	}
	return acts
}

var fieldLabels = map[string]string{
	"status": "État", "funding": "Financement", "session": "Session", "title": "Civilité", "firstName": "Prénom", "lastName": "Nom", "birthName": "Nom de naissance",
	"email": "E-mail", "phone": "Téléphone", "contact": "Contact à la collectivité", "payer": "Organisme qui paie", "steps": "Étapes faites", "unreachable": "Injoignable",
	"answer": "Réponse de la collectivité", "billing": "Facturation", "return": "Convention", "letters": "E-mails au contact",
	"attendance": "Présence relevée", "invoice": "Facture", "credit": "Avoir", "export": "Liste",
	"summary": "Résumé", "theme": "Thème du répertoire", "objective": "Objectif", "programme": "Programme", "prerequisites": "Prérequis", "audience": "Public visé",
	"methods": "Moyens pédagogiques", "evaluation": "Évaluation", "outcome": "Sanction", "accessibility": "Accessibilité", "trainers": "Formateurs", "accessTime": "Délai d’accès",
	"hours": "Heures", "priceEuros": "Prix (€ HT)", "monCompteElu": "Lien sur Mon Compte Élu", "monCompteEluNumber": "Numéro sur Mon Compte Élu", "version": "Version du programme",
	"maxParticipants": "Participants au plus", "slug": "Nom court",
	"catalogue": "Catalogue", "formation": "Formation", "remote": "À distance", "place": "Lieu", "address": "Adresse", "mapUrl": "Plan", "videoUrl": "Lien de la visioconférence",
	"access": "Accès", "halfDays": "Demi-journées", "closesAt": "Clôture des inscriptions", "capacity": "Places", "minimum": "Minimum", "difeEligible": "Ouverte au DIFE",
	"name": "Raison sociale", "legalForm": "Forme juridique", "siret": "SIRET", "nda": "Déclaration d’activité", "ndaRegion": "Région de la déclaration", "agrement": "Agrément", "qualiopi": "Qualiopi",
	"vat": "TVA", "website": "Site internet", "representative": "Signataire", "dpoContact": "Adresse pour les données personnelles", "publisher": "Directeur de la publication", "host": "Hébergeur",
	"mediator": "Médiateur", "paymentTerms": "Conditions de paiement", "earlyStopTerms": "Conditions d’arrêt anticipé", "iban": "IBAN", "internalRules": "Règlement intérieur", "logo": "Logo",
	"alertEmail": "Adresse des alertes", "difeAnswerDays": "Jours pour répondre au DIFE", "onlineSignature": "Conventions signées en ligne",
	"toProve": "Adresse à confirmer", "people": "Élus du groupe", "message": "Objet",
}

var actLabels = map[string]string{
	"enrolment": "Inscription par l’équipe", "arrival": "Inscription dans la salle", "tick": "Étape cochée", "untick": "Étape décochée", "person": "Coordonnées corrigées", "address": "Adresse e-mail corrigée par l’élu", "contact": "Contact à la collectivité corrigé", "payer": "Organisme qui paie corrigé", "needs": "Besoin pour suivre la session noté",
	"proposal": "Proposition DIFE envoyée", "funding": "Autre financement", "session": "Autre session", "cancellation": "Inscription annulée", "withdrawal": "Rétractation reçue", "reachable": "De nouveau joignable", "proof": "Adresse confirmée", "links": "Liens envoyés de nouveau",
	"session-cancelled": "Session annulée", "session-edited": "Session modifiée", "session-created": "Session créée", "formation-edited": "Formation modifiée", "formation-created": "Formation créée", "catalogue": "Catalogue exporté", "organisation-edited": "Réglages de l’organisme modifiés",
	"revocation": "Anciens liens révoqués", "message": "Message écrit aux inscrits", "trainer": "Lien du formateur révoqué", "note": "Note", "invoice": "Facture émise", "credit": "Facture annulée par un avoir", "duty": "Tâche réglée ou reportée", "export": "Liste exportée", "offer": "Place donnée hors de l’ordre", "attendance": "Présence relevée", "team": "Équipe modifiée", "kiosk": "Borne ouverte",
	"answer": "Réponse de la collectivité", "billing": "Facturation donnée par la collectivité", "return": "Convention signée, déclare la collectivité",
	"signature": "Convention signée en ligne par la collectivité", "countersignature": "Convention contresignée",
	"handover": "Demande transmise à une autre personne de la collectivité", "silence": "E-mails au contact de la collectivité",
}

func (a api) changes(all []enrolment.Change) []changeView {
	views := []changeView{}
	say := func(field, v string) string {
		switch field {
		case "status":
			return statusLabels[enrolment.Status(v)]
		case "funding":
			if m, ok := enrolment.ParseMode(v); ok {
				return a.Guide.Mode(m).Title
			}
		case "phone":
			return spoken(v)
		case "answer":
			return a.answerText(v)
		case "billing", "return":
			return cmp.Or(map[string]string{"unknown": "pas encore connue", "signed": "déclarée signée et renvoyée", "online": "signée en ligne par la collectivité", "both": "signée en ligne par les deux parties"}[v], v)
		case "letters":
			return cmp.Or(map[string]string{"stopped": "arrêtés à sa demande"}[v], "envoyés")
		case "unreachable", "toProve":
			return map[string]string{"true": "oui", "false": "non"}[v]
		}
		return v
	}
	for _, c := range all {
		views = append(views, changeView{cmp.Or(fieldLabels[c.Field], c.Field), say(c.Field, c.Before), say(c.Field, c.After)})
	}
	return views
}

// answerText puts an answer in words: what was given, then the key of its ground, then their own words.
func (a api) answerText(v string) string {
	given, rest, _ := strings.Cut(v, " ")
	key, detail, _ := strings.Cut(rest, " ")
	ground, known := a.Guide.Authority.Ground(key)
	if !known {
		return v
	}
	if detail != "" {
		detail = ", « " + detail + " »"
	}
	return given + web.French(" : ") + ground.Title + detail
}

// replyView is what the contact at the collectivité declared, for the file and for the invoice.
type replyView struct {
	Answer     string       `json:"answer,omitempty"` // accord, refus
	Ground     string       `json:"ground,omitempty"` // in words
	Detail     string       `json:"detail,omitempty"`
	AnsweredAt *time.Time   `json:"answeredAt,omitempty"`
	Billing    *web.Billing `json:"billing,omitempty"`
	SignedAt   *time.Time   `json:"signedAt,omitempty"`  // the convention, as declared
	Stale      bool         `json:"stale,omitempty"`     // signed under an earlier number
	ScanPages  int          `json:"scanPages,omitempty"` // sent back with the declaration, see GET …/scan
	Online     *onlineView  `json:"online,omitempty"`    // signed online
}

func (a api) reply(e enrolment.Enrolment) *replyView {
	if !e.Reply.Said() {
		return nil
	}
	r := e.Reply
	ground, _ := a.Guide.Authority.Ground(r.Answer.Ground)
	v := &replyView{Answer: string(r.Answer.Given), Ground: ground.Title, Detail: r.Answer.Detail, AnsweredAt: instant(r.Answer.At), SignedAt: instant(r.Return.At)}
	v.Stale = v.SignedAt != nil && r.Return.Edition != e.Terms.Edition
	v.Billing = web.ShowBilling(r.Billing)
	if s, ok := e.Sent(); ok {
		v.ScanPages = len(s.Pages)
	}
	if s := r.Signature; !s.At.IsZero() {
		v.Online = &onlineView{By: s.Name, Function: s.Function, Right: s.Right, At: s.At.UTC(), Digest: s.Digest, For: s.Organisation.By, ForAt: instant(s.Organisation.At), Stale: !e.SignedByAuthority()}
	}
	return v
}

// onlineView is who signed the convention online; Stale, that it has no effect: the papers were made again since.
type onlineView struct {
	By       string                 `json:"by"`
	Function string                 `json:"function"`
	Right    enrolment.SigningRight `json:"right"`
	At       time.Time              `json:"at"`
	Digest   string                 `json:"digest"`
	For      string                 `json:"for,omitempty"` // who of the team countersigned
	ForAt    *time.Time             `json:"forAt,omitempty"`
	Stale    bool                   `json:"stale,omitempty"`
}

type dutyView struct {
	ID          string             `json:"id"`
	Kind        enrolment.DutyKind `json:"kind"`
	Due         time.Time          `json:"due"`
	DueLabel    string             `json:"dueLabel"`
	Late        bool               `json:"late"`
	Text        string             `json:"text"`
	Act         string             `json:"act"`
	ActLabel    string             `json:"actLabel"`
	File        *entry             `json:"file,omitempty"`
	Session     sessionRef         `json:"session"`
	Postponable bool               `json:"postponable"`
}

type sessionRef struct {
	ID    string    `json:"id"`
	Title string    `json:"title"`
	Start time.Time `json:"start"`
}

// dutyWords are the sentence of a duty, with the person's name, and the act that settles it.
var dutyWords = map[enrolment.DutyKind]struct{ text, act, label string }{
	enrolment.DutyDIFEAnswer:      {"Répondre sur Mon Compte Formation à la demande DIFE de %s, sinon elle s’annule d’elle-même.", "proposal", "Proposition envoyée"},
	enrolment.DutyDIFEConfirmCall: {"Appeler %s : notre proposition DIFE n’est pas confirmée sur Mon Compte Élu, et elle va s’annuler.", "step:confirmation", "Proposition confirmée"},
	enrolment.DutyDIFEEntry:       {"Déclarer sur Mon Compte Formation l’entrée en formation de %s.", "done", "Entrée déclarée"},
	enrolment.DutyDIFEExit:        {"Déclarer sur Mon Compte Formation la sortie et le service fait de %s : sans cela, la formation n’est pas payée.", "done", "Sortie et service fait déclarés"},
	enrolment.DutyInvoice:         {"Facturer la formation de %s : le dossier la prépare.", "done", "Facturée ailleurs"},
	enrolment.DutyAttendance:      {"Relever la présence de %s, puis clore la session.", "open", "Ouvrir la feuille de présence"},
	enrolment.DutyConventionCall:  {"Appeler la collectivité de %s : la convention n’est pas revenue.", "step:convention", "Convention reçue"},
	enrolment.DutyConventionLast:  {"Rappeler la collectivité de %s : la convention n’est toujours pas revenue.", "step:convention", "Convention reçue"},
	enrolment.DutyCountersign:     {"Contresigner la convention de %s : la collectivité l’a signée en ligne.", "countersignature", "Contresigner la convention"},
	enrolment.DutyContactCall:     {"Appeler la collectivité de %s : son contact ne veut plus recevoir d’e-mails pour ce dossier.", "done", "Appel fait"},
	enrolment.DutyContractCall:    {"Appeler %s : le contrat n’est pas signé.", "step:contrat", "Contrat reçu"},
	enrolment.DutyArrival:         {"Compléter l’inscription de %s, faite dans la salle : qui paie, et le papier à signer.", "done", "Inscription complétée"},
	enrolment.DutyUnreachable:     {"Appeler %s : ses e-mails reviennent.", "reachable", "De nouveau joignable"},
	enrolment.DutyProofCall:       {"Appeler %s : son adresse n’est pas confirmée, et sa place peut aller à quelqu’un d’autre.", "proof", "Adresse confirmée"},
	enrolment.DutyIdentityCall:    {"Appeler %s : la demande DIFE n’est pas faite et la date limite approche.", "step:dossier", "Demande déposée"},
}

func (a api) duty(e enrolment.Enrolment, s enrolment.Session, d enrolment.Duty) dutyView {
	w := dutyWords[d.Kind]
	v := dutyView{
		ID: "file:" + e.ID, Kind: d.Kind, Due: d.Due.UTC(), DueLabel: guide.Day(d.Due), Late: a.Now().After(d.Due), Text: sprintName(w.text, e.Person.FullName()),
		Act: w.act, ActLabel: w.label, Session: sessionRef{s.ID, s.Formation.Title, s.Start().UTC()}, Postponable: true,
	}
	v.Text = web.French(v.Text + attendedWords(e, d.Kind))
	return v
}

// attendedWords say what to declare or to invoice, once the session is closed.
func attendedWords(e enrolment.Enrolment, k enrolment.DutyKind) string {
	if e.Attendance == nil || k != enrolment.DutyDIFEExit && k != enrolment.DutyDIFEEntry && k != enrolment.DutyInvoice {
		return ""
	}
	switch came, planned := e.Attendance.Minutes(), e.Attendance.Planned(); {
	case came == 0:
		return " Présence relevée : absence à toutes les demi-journées."
	case came < planned:
		return fmt.Sprintf(" Présence relevée : %s sur %s, soit %d\u00a0%%.", guide.Duration(came), guide.Duration(planned), came*100/planned)
	default:
		return " Présence relevée : " + guide.Duration(came) + ", la totalité."
	}
}

func sprintName(text, name string) string { return strings.Replace(text, "%s", name, 1) }
