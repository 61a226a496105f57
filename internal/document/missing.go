package document

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// need is a setting that papers carry: its path in the catalogue file and its French name.
type need struct {
	path, label string
	has         func(enrolment.Organisation, enrolment.Formation) bool
}

type (
	org       = enrolment.Organisation
	formation = enrolment.Formation
)

var (
	needName      = need{"organisation.name", "raison sociale", func(o org, _ formation) bool { return o.Name != "" }}
	needLegalForm = need{"organisation.legalForm", "forme juridique", func(o org, _ formation) bool { return o.LegalForm != "" }}
	needSIRET     = need{"organisation.siret", "numéro SIRET", func(o org, _ formation) bool { return o.SIRET != "" }}
	needAddress   = need{"organisation.address", "adresse postale", func(o org, _ formation) bool { return len(o.Address) > 0 }}
	needEmail     = need{"organisation.email", "adresse e-mail", func(o org, _ formation) bool { return o.Email != "" }}
	needPhone     = need{"organisation.phone", "téléphone", func(o org, _ formation) bool { return o.Phone != "" }}
	needAgrement  = need{"organisation.agrement", "agrément ministériel : numéro, premier et dernier jour", func(o org, _ formation) bool {
		return o.Agrement.Number != "" && o.Agrement.Start != "" && o.Agrement.End != ""
	}}
	needSignatory  = need{"organisation.representative", "signataire : nom et fonction", func(o org, _ formation) bool { return o.Representative.Name != "" && o.Representative.Function != "" }}
	needPayment    = need{"organisation.paymentTerms", "conditions de paiement", func(o org, _ formation) bool { return o.PaymentTerms != "" }}
	needEarlyStop  = need{"organisation.earlyStopTerms", "conditions financières en cas d’arrêt anticipé ou d’abandon", func(o org, _ formation) bool { return o.EarlyStopTerms != "" }}
	needMediator   = need{"organisation.mediator", "médiateur de la consommation", func(o org, _ formation) bool { return o.Mediator != "" }}
	needVATRate    = need{"organisation.vat.ratePercent", "taux de TVA", func(o org, _ formation) bool { return o.VAT.Exempt || o.VAT.RateBasisPoints > 0 }}
	needVATMention = need{"organisation.vat.mention", "mention de l’exonération de TVA", func(o org, _ formation) bool { return !o.VAT.Exempt || o.VAT.Mention != "" }}

	needTitle         = need{"formation.title", "titre", func(_ org, f formation) bool { return f.Title != "" }}
	needTheme         = need{"formation.theme", "thème du répertoire ministériel", func(_ org, f formation) bool { return f.Theme != "" }}
	needObjective     = need{"formation.objective", "objectif", func(_ org, f formation) bool { return f.Objective != "" }}
	needProgramme     = need{"formation.programme", "programme", func(_ org, f formation) bool { return len(f.Programme) > 0 }}
	needPrerequisites = need{"formation.prerequisites", "prérequis (« Aucun » s’il n’y en a pas)", func(_ org, f formation) bool { return f.Prerequisites != "" }}
	needAudience      = need{"formation.audience", "public", func(_ org, f formation) bool { return f.Audience != "" }}
	needMethods       = need{"formation.methods", "moyens et méthodes pédagogiques", func(_ org, f formation) bool { return f.Methods != "" }}
	needEvaluation    = need{"formation.evaluation", "modalités d’évaluation", func(_ org, f formation) bool { return f.Evaluation != "" }}
	needOutcome       = need{"formation.outcome", "sanction de la formation (ce qui est remis à la fin)", func(_ org, f formation) bool { return f.Outcome != "" }}
	needAccess        = need{"formation.accessibility", "accessibilité aux personnes handicapées", func(_ org, f formation) bool { return f.Accessibility != "" }}
	needTrainers      = need{"formation.trainers", "diplômes, titres ou références des formateurs", func(_ org, f formation) bool { return f.Trainers != "" }}
	needAccessTime    = need{"formation.accessTime", "délai d’accès", func(_ org, f formation) bool { return f.AccessTime != "" }}
	needHours         = need{"formation.hours", "durée en heures", func(_ org, f formation) bool { return f.Hours > 0 }}
	needPrice         = need{"formation.priceEuros", "prix hors taxes", func(_ org, f formation) bool { return f.PriceCents > 0 }}
	needVersion       = need{"formation.version", "date de version du programme", func(_ org, f formation) bool { return f.Version != "" }}
	needMax           = need{"formation.maxParticipants", "nombre maximal de participants", func(_ org, f formation) bool { return f.MaxParticipants > 0 }}
)

var (
	identity = []need{needName, needAddress, needEmail, needPhone}
	legal    = []need{needLegalForm, needSIRET, needAgrement, needSignatory}
	money    = []need{needVATRate, needVATMention, needPayment, needPrice}
	course   = []need{needTitle, needTheme, needObjective, needProgramme, needPrerequisites, needAudience, needMethods, needEvaluation, needHours}
	deal     = slices.Concat(identity, legal, money, course, []need{needEarlyStop, needOutcome, needTrainers, needMax})
)

var needsOf = map[Kind][]need{
	Programme:        slices.Concat(identity, []need{needVATRate, needVATMention, needPrice}, course, []need{needAccess, needAccessTime, needVersion}),
	Devis:            slices.Concat(identity, legal, money, []need{needTitle, needTheme, needHours}),
	Convention:       deal,
	Signed:           slices.Concat(identity, legal),
	DemandeMaire:     slices.Concat(identity, []need{needAgrement, needVATRate, needVATMention, needPrice, needTitle, needTheme, needHours}),
	Contrat:          append(slices.Clone(deal), needMediator),
	Convocation:      slices.Concat(identity, []need{needTitle, needHours}),
	DemandeEmployeur: slices.Concat(identity, []need{needAgrement, needTitle, needHours}),
	Facture:          slices.Concat(identity, []need{needLegalForm, needSIRET, needAgrement, needSignatory, needVATMention, needPayment}),
	Emargement:       {needName, needTitle},
	Certificat:       slices.Concat(identity, legal, []need{needTitle, needTheme, needHours}),
	Certificats:      slices.Concat(identity, legal, []need{needTitle, needTheme, needHours}),
}

// Missing names the settings of the organisation and of the formation that a paper must carry and that are empty, as
// "path in the catalogue (nom en français)". It gives nil when the paper can be made.
func Missing(o enrolment.Organisation, f enrolment.Formation, k Kind) []string {
	var names []string
	for _, n := range needsOf[k] {
		if !n.has(o, f) {
			names = append(names, n.path+" ("+n.label+")")
		}
	}
	return names
}

// Check tells whether a paper can be made for a file now. It gives nil, or a refusal to show to the person:
// KindNotFound for a paper that is not of the file's way of paying, KindConflict when the file's status does not allow
// it or when the organisation's settings lack what it must carry (the log gets the names).
func Check(k Kind, in Input) error {
	public := k == Programme && in.Enrolment.Mode == "" // of a session, before anybody enrols
	if k == Facture && in.Invoice == nil {
		return errors.New("document: no invoice is given")
	}
	if k != Emargement && k != Facture && !public {
		if !slices.Contains(in.Enrolment.Papers(), k) {
			return enrolment.Refuse(enrolment.KindNotFound, "Ce document n’existe pas pour cette façon de payer.")
		}
		if reason := closed(k, in); reason != "" {
			return enrolment.Refuse(enrolment.KindConflict, reason)
		}
	}
	if k == Certificats && len(in.Attendees) == 0 {
		return enrolment.Refuse(enrolment.KindNotFound, "Il n’y a plus de certificat à ouvrir.")
	}
	if names := Missing(in.Organisation, in.Formation, k); len(names) > 0 {
		return &enrolment.Error{
			Kind:   enrolment.KindConflict,
			Detail: "Ce document n’est pas encore prêt" + nbsp + ": l’organisme doit compléter ses informations. Contactez-le, il vous l’enverra.",
			Err:    fmt.Errorf("%s: the catalogue lacks %s", k, strings.Join(names, ", ")),
		}
	}
	if len(in.Session.HalfDays) == 0 {
		return errors.New("document: the session has no half-day")
	}
	if in.Guide == nil {
		return errors.New("document: papers need the guide")
	}
	return nil
}

// closed gives the reason why the status of the session or of the file does not allow a paper, "" when they do.
func closed(k Kind, in Input) string {
	if in.Session.Status == enrolment.SessionCancelled && k != Programme {
		return "Cette session a été annulée."
	}
	return in.Enrolment.PaperRefusal(k)
}
