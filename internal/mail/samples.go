package mail

import (
	"net/mail"
	"slices"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// Sample is a message in one state, for the gallery and the golden files.
type Sample struct {
	Name  string // slug, unique
	State string // what is particular about it, in French
	Kind  Kind
	Data  Data
}

// Samples shows every kind in every state. All persons are made up. Dates are fixed, so that the samples never change
// by themselves.
func Samples(g *guide.Guide) []Sample {
	var all []Sample
	add := func(kind Kind, suffix, state string, change ...func(*Data)) {
		d := sampleData(g)
		for _, c := range change {
			c(&d)
		}
		name := string(kind)
		if suffix != "" {
			name += "-" + suffix
		}
		all = append(all, Sample{Name: name, State: state, Kind: kind, Data: d})
	}
	for _, m := range enrolment.Modes {
		title := g.Mode(m).Title
		for _, k := range []Kind{Confirmation, OfferTaken, Late, QueueJoined, Offer, Cancelled, FundingChanged, SessionChanged,
			SessionMoved, SessionCancelled, Convocation} {
			add(k, string(m), title, inMode(m), stateOf(k))
		}
	}
	add(Cancelled, "team", "annulée par l’équipe", inMode(enrolment.DIFE), stateOf(Cancelled), func(d *Data) { d.Enrolment.CancelledFor = "vous êtes inscrite deux fois" })
	add(Cancelled, "contract", "contrat signé", inMode(enrolment.Personnel), stateOf(Cancelled), doneBefore(enrolment.Personnel, enrolment.StepAcompte))
	add(Withdrawn, "", g.Mode(enrolment.Personnel).Title, inMode(enrolment.Personnel), stateOf(Withdrawn))
	add(StaffWithdrawn, "", "", inMode(enrolment.Personnel), stateOf(Withdrawn))
	add(Withdrawn, "kept", "la collectivité paie maintenant", stateOf(Withdrawn), leftContract(enrolment.Collectivite))
	add(StaffWithdrawn, "kept", "autre façon de payer", stateOf(Withdrawn), leftContract(enrolment.Collectivite))
	add(FundingChanged, "contract", "contrat signé", stateOf(FundingChanged), leftContract(enrolment.Collectivite))
	add(FundingChanged, "contract-again", "contrat signé, un nouveau à signer", stateOf(FundingChanged), leftContract(enrolment.Personnel))
	add(QueueEnded, "dife", g.Mode(enrolment.DIFE).Title, inMode(enrolment.DIFE), stateOf(QueueEnded))
	add(QueueEnded, "collectivite", g.Mode(enrolment.Collectivite).Title, inMode(enrolment.Collectivite), stateOf(QueueEnded))
	add(QueueEnded, "started", "session commencée", inMode(enrolment.Personnel), stateOf(QueueEnded), at(17, 10))
	for _, k := range []Kind{OfferExpired, OfferDeclined, QueueLeft, AlreadyEnrolled, Links, Thanks, Certificate} {
		add(k, "", "", stateOf(k))
	}
	add(Confirmation, "remote", "à distance", inMode(enrolment.DIFE), remote)
	add(Confirmation, "settled", "financement réglé", inMode(enrolment.Collectivite), settled)
	add(Confirmation, "dife-too-late", "DIFE déjà fermé", inMode(enrolment.DIFE), at(8, 10))
	add(Convocation, "remote", "à distance, financement réglé", inMode(enrolment.Collectivite), remote, settled, at(10, 9))
	add(Confirmation, "to-prove", "adresse à confirmer", inMode(enrolment.DIFE), toProve(enrolment.Reserved))
	add(QueueJoined, "to-prove", "adresse à confirmer", toProve(enrolment.Waiting))
	add(QueueJoined, "aside", "demande en attente de confirmation", aside)
	add(Proof, "", "place réservée", toProve(enrolment.Reserved))
	add(Proof, "late", "place réservée, délai passé", toProve(enrolment.Reserved), at(-2, 10))
	add(Proof, "waiting", "sur la liste d’attente", toProve(enrolment.Waiting))
	add(Proof, "aside", "demande en attente de confirmation", aside)
	add(SeatReleased, "", "", aside, at(-2, 10))
	add(RankPassed, "", "", aside, at(-2, 10))
	add(AddressAsked, "", "à la nouvelle adresse", newAddress("jeanne.d@exemple.fr"))
	add(AddressChanged, "", "à l’ancienne adresse", newAddress("jeanne.durand@ancienne.exemple.fr"))
	add(SessionMoved, "dife-again", "demande à refaire", stateOf(SessionMoved), voided(true))
	add(SessionMoved, "dife-late", "trop tard, de notre fait", stateOf(SessionMoved), voided(true), at(4, 10))
	add(SessionChanged, "dife-again", "demande à refaire", stateOf(SessionChanged), voided(false))
	add(SessionChanged, "dife-cancelled", "demande à refaire, de notre fait", stateOf(SessionChanged), leftCancelled)
	add(SessionCancelled, "dife-asked", "demande déjà envoyée", stateOf(SessionCancelled), requested(-8))
	add(DayBefore, "paid-after", "rien à payer avant la formation", inMode(enrolment.Personnel), signedOn(11), at(16, 9))
	add(SessionMoved, "hours", "d’autres horaires", stateOf(SessionMoved), movedFrom(func(s *enrolment.Session) { s.HalfDays[0].Start = s.HalfDays[0].Start.Add(time.Hour) }))
	add(SessionMoved, "place", "un autre lieu", stateOf(SessionMoved), movedFrom(func(s *enrolment.Session) {
		s.Place, s.Address = "Salle du conseil", "2 rue du Port, 44600 Saint-Nazaire"
	}))
	add(TeamMessage, "", "", func(d *Data) {
		d.Circular = enrolment.Circular{Subject: "La salle change pour le 17 décembre", Text: []string{
			"La formation aura lieu salle Jean-Moulin, au deuxième étage, et non salle des mariages.", "L’entrée et les horaires ne changent pas."}}
	})
	for _, m := range []enrolment.Mode{enrolment.Collectivite, enrolment.Personnel} {
		add(Arrived, string(m), g.Mode(m).Title, inMode(m), at(17, 10))
	}
	add(Thanks, "absent", "absence à toutes les demi-journées", func(d *Data) {
		d.Enrolment.Status, d.Enrolment.Attendance = enrolment.Confirmed, &enrolment.Attendance{Sittings: []enrolment.Sitting{{Planned: 180, Presence: enrolment.Absent}}}
	}, at(18, 10))
	add(Thanks, "unknown", "présence non relevée", func(d *Data) { d.Enrolment.Attendance = nil }, at(18, 10))
	add(QueueJoined, "first", "en tête", func(d *Data) { d.Enrolment.Status, d.Position = enrolment.Waiting, 1 })
	add(QueueJoined, "far", "très loin", func(d *Data) { d.Enrolment.Status, d.Position = enrolment.Waiting, enrolment.FarPlace })
	add(FundingChanged, "waiting", "sur la liste d’attente", inMode(enrolment.Personnel), func(d *Data) { d.Enrolment.Status = enrolment.Waiting })
	add(Links, "several", "plusieurs dossiers", severalFiles)
	add(DayBefore, "", "sur place", at(16, 9))
	add(DayBefore, "remote", "à distance", remote, at(16, 9))
	add(DayBefore, "earlier", "envoyé plus tôt", at(15, 9))
	add(DIFECall, "", "", at(0, 9))
	add(DIFEClosed, "", "", at(2, 9))
	add(DIFEAwaited, "", "", requested(-8), at(-3, 8))
	add(DIFEProposal, "", "", requested(-8), proposedOn(-6))
	add(DIFEConfirmation, "last-1", "dernier appel, la veille", requested(-8), proposedOn(-6), at(-1, 9))
	add(DIFEConfirmation, "last-0", "dernier appel, dernier jour", requested(-8), proposedOn(-6), at(0, 9))
	add(DIFELapsed, "", "demande encore possible", requested(-14), proposedOn(-13), at(-6, 8))
	add(DIFELapsed, "call", "à refaire avec nous, le jour même", requested(-8), proposedOn(-6), at(1, 8))
	add(DIFELapsed, "closed", "trop tard pour la refaire", requested(-3), proposedOn(-2), at(4, 8))
	add(StaffRequest, "", "", requested(-6))
	add(StaffRequest, "last", "dernier jour", requested(-6), at(-4, 9), func(d *Data) { d.LastCall = true })
	for _, m := range enrolment.Modes {
		for _, key := range m.Steps() {
			kind, _ := StepReminder(key)
			if kind == DIFEConfirmation {
				continue // above
			}
			if key == enrolment.StepAcompte {
				add(kind, "", "rappel", inMode(m), signedOn(-30))
				add(kind, "again", "deuxième rappel", inMode(m), signedOn(-30), turn(1))
				add(kind, "after", "la formation a eu lieu avant la fin du délai", inMode(m), signedOn(11), at(29, 8))
				continue
			}
			add(kind, "", "rappel", inMode(m), doneBefore(m, key))
			add(kind, "again", "deuxième rappel", inMode(m), doneBefore(m, key), turn(1))
			add(kind, "more", "troisième rappel", inMode(m), doneBefore(m, key), turn(2))
			if m == enrolment.DIFE {
				add(kind, "last-3", "dernier appel, 3 jours ouvrés", inMode(m), doneBefore(m, key), lastCall(24))
				add(kind, "last-0", "dernier appel, dernier jour", inMode(m), doneBefore(m, key), lastCall(27))
			}
			if key == enrolment.StepConvention {
				add(kind, "last-3", "dernier appel", inMode(m), doneBefore(m, key), lastCallBefore)
			}
		}
	}
	add(DIFEIdentite, "evening", "ligne fermée", inMode(enrolment.DIFE), func(d *Data) { d.Now = day(-6, 19).Add(30 * time.Minute) })
	add(AuthorityPapers, "", "", inMode(enrolment.Collectivite))
	add(AuthorityPapers, "payer", "un autre organisme paie", inMode(enrolment.Collectivite), paidBy)
	for _, k := range []Kind{AuthorityPapers, AuthoritySaid, StaffAuthoritySaid} {
		add(k, "handed", "transmise à une autre personne", inMode(enrolment.Collectivite), agreed, handedOn)
	}
	for _, k := range []Kind{AuthorityPapers, AuthorityReminder, AuthorityMoved, StaffAuthoritySaid} {
		add(k, "group", "un groupe d’élus", inMode(enrolment.Collectivite), group)
	}
	add(AuthorityOver, "group", "un groupe d’élus", inMode(enrolment.Collectivite), group, func(d *Data) { d.Enrolment.Group.Lines = nil })
	add(Confirmation, "group", "inscrite par sa collectivité", inMode(enrolment.Collectivite), toProve(enrolment.Reserved), partOfGroup)
	add(QueueJoined, "group", "inscrite par sa collectivité", inMode(enrolment.Collectivite), stateOf(QueueJoined), partOfGroup)
	add(AuthorityReminder, "", "accord attendu", inMode(enrolment.Collectivite))
	add(AuthorityReminder, "again", "accord attendu, deuxième rappel", inMode(enrolment.Collectivite), turn(1))
	add(AuthorityReminder, "last", "accord attendu, dernier rappel", inMode(enrolment.Collectivite), turn(2))
	add(AuthorityReminder, "signature", "signature attendue", inMode(enrolment.Collectivite), doneBefore(enrolment.Collectivite, enrolment.StepConvention))
	add(AuthorityMoved, "", "", inMode(enrolment.Collectivite), func(d *Data) { d.Enrolment.Terms.Edition = 1 })
	add(AuthorityOver, "", "rendue par l’élu ou l’élue", inMode(enrolment.Collectivite), stateOf(Cancelled))
	add(AuthorityOver, "cancelled", "session annulée", inMode(enrolment.Collectivite), stateOf(SessionCancelled))
	add(AuthorityOver, "funding", "autre façon de payer", inMode(enrolment.Personnel))
	for _, r := range []struct {
		suffix, state string
		reply         func(*Data)
	}{
		{"accord", "accord", agreed}, {"refus", "refus admis", refused("cout", "")}, {"refus-autre", "refus que la loi n’admet pas", refused("autre", "Les crédits de l’année sont épuisés.")},
		{"signed", "tout est fait", allDone}, {"scan", "signée à la main et envoyée depuis la page", scanSent}, {"billing", "facturation seule, pas encore connue", billingUnknown}, {"withdrawn", "réponse reprise", takenBack},
	} {
		add(AuthoritySaid, r.suffix, r.state, inMode(enrolment.Collectivite), r.reply)
		add(StaffAuthoritySaid, r.suffix, r.state, inMode(enrolment.Collectivite), r.reply)
	}
	add(AuthoritySaid, "online", "signée en ligne, à contresigner", inMode(enrolment.Collectivite), signedByAuthority)
	add(StaffAuthoritySaid, "online", "signée en ligne, à contresigner", inMode(enrolment.Collectivite), signedByAuthority)
	add(AuthorityMoved, "online", "la signature en ligne est sans effet", inMode(enrolment.Collectivite), signedByAuthority, func(d *Data) { d.Enrolment.Terms.Edition = 1 })
	for _, k := range []Kind{ConventionSigned, AuthorityConventionSigned, StaffConventionSigned} {
		add(k, "", "", inMode(enrolment.Collectivite), signedByBoth)
	}
	add(ConventionSigned, "group", "inscrite par sa collectivité", inMode(enrolment.Collectivite), signedByBoth, partOfGroup)
	add(AuthorityConventionSigned, "group", "un groupe d’élus", inMode(enrolment.Collectivite), signedByBoth, group)
	add(ConventionUndone, "", "", inMode(enrolment.Collectivite), undone)
	add(AuthorityConventionUndone, "", "", inMode(enrolment.Collectivite), undone)
	add(AuthorityConventionUndone, "group", "un groupe d’élus", inMode(enrolment.Collectivite), undone, group)
	add(AuthorityCertificate, "", "", inMode(enrolment.Collectivite), stateOf(AuthorityCertificate))
	add(AuthorityCertificate, "group", "un groupe d’élus", inMode(enrolment.Collectivite), stateOf(AuthorityCertificate), group, attendedByGroup)
	add(StaffUnreachable, "", "élu ou élue", func(d *Data) { d.Bounced = ToHolder })
	add(StaffUnreachable, "authority", "contact de la collectivité", inMode(enrolment.Collectivite), func(d *Data) { d.Bounced = ToAuthority })
	add(StaffUnreachable, "no-phone", "sans téléphone", func(d *Data) { d.Bounced, d.Enrolment.Person.Phone = ToHolder, "" })
	return all
}

func newAddress(to string) func(*Data) {
	return func(d *Data) {
		d.To, d.Enrolment.NewEmail, d.Enrolment.NewEmailBy = to, to, day(-3, 17)
		d.Addresses.NewAddress = "https://exemple.fr/dossier/#" + d.Enrolment.ID + ".1.e.exemple"
	}
}

// turn is a reminder that so many others came before.
func turn(n int) func(*Data) {
	return func(data *Data) {
		data.Turn, data.Deadline = n, data.Guide.Settling(data.Session, data.Enrolment.Mode, data.Now).LastDay
	}
}

// day is an instant of December 2026 in Paris; days under 1 fall in November.
func day(d, hour int) time.Time { return time.Date(2026, time.December, d, hour, 0, 0, 0, guide.Paris) }

func at(d, hour int) func(*Data) { return func(data *Data) { data.Now = day(d, hour) } }

// sampleData is Jeanne Durand, adjointe, enrolled on 23 November for 17 December; DIFE closes on 29 November, a Sunday.
func sampleData(g *guide.Guide) Data {
	const id = "exemple0000000000000000000"
	return Data{
		Guide: g, Now: day(-6, 10), // 24 November
		From:         mail.Address{Name: "Institut des élus (exemple)", Address: "inscriptions@exemple.fr"},
		Organisation: sampleOrganisation(), Session: sampleSession(),
		Enrolment: enrolment.Enrolment{
			ID: id, Reference: "EC-7KQ4-M9F", SessionID: "s1", Status: enrolment.Reserved, Mode: enrolment.DIFE,
			Person:  enrolment.Person{Title: "Madame", FirstName: "Jeanne", LastName: "Durand", Email: "jeanne.durand@exemple.fr", Phone: "+33612345678"},
			Mandate: enrolment.Mandate{Kind: "adjoint", Authority: "Commune de Saint-Exemple"},
			Contact: &enrolment.Contact{Name: "Paul Martin", Email: "secretariat@saint-exemple.fr"},
			Steps:   map[enrolment.StepKey]enrolment.StepDone{}, OfferedUntil: day(3, 17),
		},
		Addresses: Addresses{
			Site: "https://exemple.fr", File: "https://exemple.fr/dossier/#" + id + ".1.h.exemple",
			Papers: "https://exemple.fr/papiers/#" + id + ".1.a.exemple", Unsubscribe: "https://exemple.fr/api/enrolments/" + id + "/unsubscription/1.u.exemple",
			Silence: "https://exemple.fr/api/enrolments/" + id + "/unsubscription/1.s.exemple",
		},
		Calendar: []byte("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"), Position: 3,
	}
}

func sampleOrganisation() enrolment.Organisation {
	return enrolment.Organisation{
		Name: "Institut des élus (exemple)", Address: []string{"1 place de la Mairie", "44000 Nantes"}, Phone: "02 00 00 00 00",
		Email: "contact@exemple.fr", AlertEmail: "equipe@exemple.fr", InternalRules: "https://exemple.fr/reglement-interieur",
		IBAN: "FR76 0000 0000 0000 0000 0000 000",
	}
}

func sampleSession() enrolment.Session {
	hour := func(d, h, m int) time.Time { return time.Date(2026, time.December, d, h, m, 0, 0, guide.Paris) }
	return enrolment.Session{
		ID: "s1", VAT: &enrolment.VAT{RateBasisPoints: 2000}, Status: enrolment.SessionOpen, Capacity: 12, Taken: 8, ClosesAt: hour(16, 18, 0),
		Formation: enrolment.FormationSummary{Slug: "budget", Title: "Comprendre le budget de sa commune", Hours: 7, PriceCents: 49000, DIFEEligible: true},
		HalfDays:  []enrolment.HalfDay{{Start: hour(17, 9, 0), End: hour(17, 12, 30)}, {Start: hour(17, 14, 0), End: hour(17, 17, 30)}},
		Place:     "Maison des communes", Address: "12 rue de l’Hôtel-de-Ville, 44000 Nantes", MapURL: "https://www.openstreetmap.org/",
		Access: "Tramway ligne 1, arrêt Médiathèque. Entrée de plain-pied, ascenseur.",
	}
}

func inMode(m enrolment.Mode) func(*Data) { return func(d *Data) { d.Enrolment.Mode = m } }

// toProve is for a file whose address nobody has confirmed.
func toProve(s enrolment.Status) func(*Data) {
	return func(d *Data) {
		d.Enrolment.Status, d.Enrolment.ProveBy = s, day(-4, 10)
		if s == enrolment.Waiting {
			d.Enrolment.Ticket = 3
		}
	}
}

func aside(d *Data) { d.Enrolment.Status, d.Enrolment.ProveBy = enrolment.Waiting, day(-4, 10) }

func remote(d *Data) {
	d.Session.Remote, d.Session.Place, d.Session.Address, d.Session.MapURL, d.Session.Access = true, "À distance (visioconférence)", "", "", ""
	d.Session.VideoURL = "https://visio.exemple.fr/budget"
}

func settled(d *Data) {
	d.Enrolment.Status = enrolment.Confirmed
	for _, k := range d.Enrolment.Mode.Steps() {
		d.Enrolment.Steps[k] = enrolment.StepDone{At: d.Now, By: enrolment.ByStaff}
	}
}

// doneBefore declares done the steps before one, and gives the limit of the mode.
func doneBefore(m enrolment.Mode, key enrolment.StepKey) func(*Data) {
	return func(d *Data) {
		for _, k := range m.Steps() {
			if k == key {
				break
			}
			d.Enrolment.Steps[k] = enrolment.StepDone{At: day(-7, 10), By: "holder"}
		}
		if m == enrolment.DIFE {
			d.Deadline = d.possible(m).LastDay
		}
	}
}

// signedOn has the personal contract signed on a day of December.
func signedOn(day1 int) func(*Data) {
	return func(d *Data) {
		d.Enrolment.Steps[enrolment.StepContrat] = enrolment.StepDone{At: day(day1, 10), By: "holder"}
	}
}

// leftContract: a personal contract was signed under an earlier number, then another way of paying chosen.
func leftContract(m enrolment.Mode) func(*Data) {
	return func(d *Data) {
		inMode(m)(d)
		delete(d.Enrolment.Steps, enrolment.StepContrat)
		d.Enrolment.Contract = &enrolment.Contract{Number: d.Enrolment.Number(enrolment.PaperContrat), SignedAt: day(-7, 10)}
		d.Enrolment.Terms.Edition, d.Enrolment.Status = 1, enrolment.Reserved
	}
}

func paidBy(d *Data) {
	d.Enrolment.PaidBy = &enrolment.Payer{Kind: "intercommunalite", Name: "Brest métropole"}
}

// movedFrom: the session was as it is, but for a change.
func movedFrom(change func(*enrolment.Session)) func(*Data) {
	return func(d *Data) {
		was := d.Session
		was.HalfDays = slices.Clone(was.HalfDays)
		change(&was)
		d.Previous = &was
	}
}

// leftCancelled: the organisation cancelled the session of a declared request, and the élu chose another.
func leftCancelled(d *Data) {
	voided(true)(d)
	d.Enrolment.ReservedAt = d.Now
	previous := *d.Previous
	previous.Status = enrolment.SessionCancelled
	d.Previous = &previous
}

// voided: a DIFE request was declared, and the date changed.
func voided(ours bool) func(*Data) {
	return func(d *Data) {
		requested(-8)(d)
		d.Enrolment.VoidRequest(d.Now, ours)
	}
}

// requested declares the DIFE request on a day of December, in the morning; proposedOn answers it.
func requested(day1 int) func(*Data) {
	return func(d *Data) {
		for _, k := range []enrolment.StepKey{enrolment.StepCompte, enrolment.StepIdentite, enrolment.StepDossier} {
			d.Enrolment.Steps[k] = enrolment.StepDone{At: day(day1, 10), By: enrolment.ByHolder}
		}
	}
}

func proposedOn(day1 int) func(*Data) {
	return func(d *Data) {
		d.Enrolment.Steps[enrolment.StepProposal] = enrolment.StepDone{At: day(day1, 10), By: enrolment.ByStaff}
	}
}

// lastCall sets the day of sending, in November.
func lastCall(novemberDay int) func(*Data) {
	return func(d *Data) { d.LastCall, d.Now = true, day(novemberDay-30, 9) }
}

func lastCallBefore(d *Data) { d.LastCall, d.Deadline, d.Now = true, day(16, 18), day(11, 9) }

func severalFiles(d *Data) {
	d.Files = []File{
		{"Comprendre le budget de sa commune", day(17, 9), "EC-7KQ4-M9F", enrolment.Reserved, d.Addresses.File},
		{"Prendre la parole en public", day(39, 9), "EC-A3C6-DEG", enrolment.Waiting, "https://exemple.fr/dossier/#exemple0000000000000000001.1.h.exemple"},
	}
}

// stateOf puts the file in the state that goes with a kind.
// group makes the file that of people whom their collectivité enrolled together.
func group(d *Data) {
	d.Enrolment.Person, d.Enrolment.Terms.Edition = enrolment.GroupName(d.Enrolment.Mandate.Authority), 1
	d.Enrolment.Group = &enrolment.Group{Lines: []enrolment.Line{
		{FileID: "a", Name: "Madame Jeanne Le Goff", Mandate: "maire", Seat: true}, {FileID: "b", Name: "Idriss N’Diaye", Mandate: "adjoint", Seat: true},
		{FileID: "c", Name: "Monsieur Paul Œuvrard", Mandate: "conseiller-municipal"},
	}}
}

// attendedByGroup: one came for the whole, one left early, one waited to the end.
func attendedByGroup(d *Data) {
	d.Enrolment.Status, d.Enrolment.Attendance = enrolment.Reserved, nil
	d.Enrolment.Group.Lines[0].Minutes, d.Enrolment.Group.Lines[1].Minutes = 360, 195
}

func partOfGroup(d *Data) { d.Enrolment.PartOf = "groupe" }

func stateOf(k Kind) func(*Data) {
	return func(d *Data) {
		switch k {
		case QueueJoined:
			d.Enrolment.Status = enrolment.Waiting
		case QueueEnded:
			d.Enrolment.Status, d.Now = enrolment.Waiting, day(16, 18)
		case Offer:
			d.Enrolment.Status, d.Now = enrolment.Offered, day(1, 9)
		case OfferExpired:
			d.Enrolment.Status, d.Now = enrolment.Expired, day(3, 18)
		case Cancelled, OfferDeclined, QueueLeft:
			d.Enrolment.Status = enrolment.Cancelled
		case Withdrawn:
			d.Enrolment.Steps[enrolment.StepContrat] = enrolment.StepDone{At: day(-7, 10), By: "holder"}
			d.Enrolment.Status, d.Enrolment.WithdrawnAt = enrolment.Cancelled, d.Now.Add(-28*time.Minute)
		case Late:
			d.Now = day(14, 10)
		case Convocation:
			d.Now = day(10, 9)
		case Thanks, Certificate, AuthorityCertificate:
			d.Enrolment.Status, d.Now = enrolment.Attended, day(18, 10)
			d.Enrolment.Attendance = &enrolment.Attendance{Sittings: []enrolment.Sitting{{Planned: 180, Minutes: 180, Presence: enrolment.Present}}}
		case SessionMoved, SessionChanged:
			before := sampleSession()
			before.HalfDays = []enrolment.HalfDay{{Start: day(15, 9), End: day(15, 17)}}
			before.Place, before.Address = "Salle du conseil", "2 rue du Port, 44600 Saint-Nazaire"
			d.Previous = &before
		case SessionCancelled:
			d.Session.Status = enrolment.SessionCancelled
		}
	}
}

const sampleContact = "Paul Martin"

func agreed(d *Data) {
	at := day(-6, 9)
	d.Enrolment.Reply = &enrolment.Reply{Answer: enrolment.Answer{Given: enrolment.Accord, At: at, By: sampleContact}}
	d.Enrolment.Steps[enrolment.StepDemande] = enrolment.StepDone{At: at, By: enrolment.ByAuthority}
	d.Enrolment.Steps[enrolment.StepAccord] = enrolment.StepDone{At: at, By: enrolment.ByAuthority}
}

func refused(ground, detail string) func(*Data) {
	return func(d *Data) {
		d.Enrolment.Reply = &enrolment.Reply{Answer: enrolment.Answer{Given: enrolment.Refus, Ground: ground, Detail: detail, At: day(-6, 9), By: sampleContact}}
		d.Enrolment.Steps[enrolment.StepDemande] = enrolment.StepDone{At: day(-6, 9), By: enrolment.ByAuthority}
	}
}

func allDone(d *Data) {
	agreed(d)
	at := day(-6, 9)
	d.Enrolment.Reply.Billing = enrolment.Billing{SIRET: "21440109300015", Service: "FORMATION", Commitment: "2026-00412", Address: "1 place de l’Hôtel-de-Ville, 44000 Saint-Exemple", At: at, By: sampleContact}
	d.Enrolment.Reply.Return = enrolment.Return{At: at, By: sampleContact}
	d.Enrolment.Steps[enrolment.StepConvention] = enrolment.StepDone{At: at, By: enrolment.ByAuthority}
	d.Enrolment.Status = enrolment.Confirmed
}

func signedByAuthority(d *Data) {
	agreed(d)
	d.Enrolment.Reply.Signature = enrolment.Signature{Name: "Paul Martin", Function: "maire", Right: enrolment.SignsAsHead, At: day(-6, 9)}
}

func signedByBoth(d *Data) {
	signedByAuthority(d)
	at := day(-5, 9)
	d.Enrolment.Reply.Signature.Organisation = enrolment.Countersignature{Signatory: d.Organisation.Representative, By: "Camille Gestion", At: at}
	d.Enrolment.Steps[enrolment.StepConvention] = enrolment.StepDone{At: at, By: enrolment.ByStaff}
	d.Enrolment.Status = enrolment.Confirmed
}

// scanSent: the convention came by the page.
func scanSent(d *Data) {
	allDone(d)
	d.Enrolment.Reply.Return.Scan = &enrolment.Scan{ID: "exemple", Pages: []enrolment.ScanPage{{Type: enrolment.ScanJPEG, Size: 300000}, {Type: enrolment.ScanJPEG, Size: 310000}}}
}

// undone: both had signed, and the organisation took that back.
func undone(d *Data) {
	signedByBoth(d)
	d.Enrolment.Reply.Signature, d.Enrolment.Status = enrolment.Signature{}, enrolment.Reserved
	delete(d.Enrolment.Steps, enrolment.StepConvention)
}

func handedOn(d *Data) {
	at := day(-6, 10)
	d.Enrolment.HandOn(enrolment.Contact{Name: "Inès Faure", Email: "finances@saint-exemple.fr"}, sampleContact, at)
	d.Enrolment.Notices = append(d.Enrolment.Notices, enrolment.Notice{Key: "authority-said-9", Kind: enrolment.NoticeAuthoritySaid, At: at})
}

func billingUnknown(d *Data) {
	d.Enrolment.Reply = &enrolment.Reply{Billing: enrolment.Billing{Unknown: true, At: day(-6, 9), By: sampleContact}}
}

func takenBack(d *Data) { d.Enrolment.Reply = &enrolment.Reply{} }
