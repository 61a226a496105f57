package main

import (
	"context"
	"net/http"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// The session that everybody enrols for, 58 days after they do, and when.
const (
	theDay = "2026-12-17" // a Thursday
	begins = "2026-10-20 10:00"
)

// scene is one thing that happens.
type scene struct {
	at   string // Paris time
	what string // as the story says it
	do   func(context.Context, *house) error
}

// life is somebody whose way through the product is told, from enrolling to after the session.
type life struct {
	name, title string
	capacity    int
	scenes      []scene
	ends        string
}

const (
	contact  = `"authorityContact":{"name":"Gwenola Abgrall","email":"dgs@plougastel.example"},`
	afterAll = "2026-12-23 12:00"
)

// people are those whose stories are told: every way of paying, done well, done late and not at all, and what comes across it.
var people = []life{
	{"dife-idle", "DIFE, qui ne fait rien", 12, []scene{enrolled(enrolment.DIFE, "")}, afterAll},
	{"dife-late", "DIFE, qui s’inscrit trop tard pour créer une identité, et change de façon de payer", 12, []scene{
		{"2026-11-26 19:00", "s’inscrit, en disant payer avec le DIFE", enrol(enrolment.DIFE, "")},
		{"2026-11-27 18:00", "choisit de faire payer sa collectivité", mode(enrolment.Collectivite, contact)},
	}, "2026-12-01 12:00"},
	{"dife-slow", "DIFE, qui fait tout au dernier moment", 12, []scene{
		enrolled(enrolment.DIFE, ""),
		ticks("2026-11-12 21:00", enrolment.StepCompte),
		ticks("2026-11-24 18:00", enrolment.StepIdentite),
		ticks("2026-11-29 22:00", enrolment.StepDossier),
		answered("2026-12-01 16:00"),
		ticks("2026-12-07 21:00", enrolment.StepConfirm),
		received("2026-12-08 10:00", enrolment.StepConfirm),
	}, afterAll},
	{"dife-lapsed", "DIFE, qui laisse passer la proposition, puis refait sa demande", 12, []scene{
		enrolled(enrolment.DIFE, ""),
		ticks("2026-10-22 18:00", enrolment.StepCompte, enrolment.StepIdentite),
		ticks("2026-11-05 18:00", enrolment.StepDossier),
		answered("2026-11-09 10:00"),
		ticks("2026-11-20 18:00", enrolment.StepDossier),
		answered("2026-11-23 10:00"),
		ticks("2026-11-23 19:00", enrolment.StepConfirm),
	}, "2026-12-01 12:00"},
	{"dife-diligent", "DIFE, qui fait tout tout de suite", 12, []scene{
		enrolled(enrolment.DIFE, ""),
		ticks("2026-10-20 18:00", enrolment.StepCompte),
		ticks("2026-10-22 12:00", enrolment.StepIdentite),
		ticks("2026-10-22 18:00", enrolment.StepDossier),
		answered("2026-10-23 15:00"),
		ticks("2026-10-24 09:00", enrolment.StepConfirm),
		received("2026-10-26 10:00", enrolment.StepConfirm),
		attended("2026-12-18 10:00"),
	}, afterAll},
	{"dife-queue", "DIFE, sur la liste d’attente", 1, []scene{
		{begins, "quelqu’un d’autre prend la dernière place", nil},
		{"2026-10-20 11:00", "s’inscrit, sur la liste d’attente", enrol(enrolment.DIFE, "")},
		ticks("2026-10-28 18:00", enrolment.StepCompte),
		ticks("2026-11-03 18:00", enrolment.StepIdentite),
		{"2026-11-14 16:19", "l’autre personne rend sa place, un samedi", func(ctx context.Context, h *house) error {
			_, err := h.Desk.Cancel(ctx, h.others[0].id)
			return err
		}},
		{"2026-11-16 12:00", "accepte la place", holder(http.MethodPost, "/acceptance", "")},
		ticks("2026-11-17 18:00", enrolment.StepDossier),
		answered("2026-11-18 15:00"),
		ticks("2026-11-19 12:00", enrolment.StepConfirm),
	}, "2026-11-24 12:00"},
	{"dife-moved", "DIFE, dont la session change de date", 12, []scene{
		enrolled(enrolment.DIFE, ""),
		ticks("2026-10-21 18:00", enrolment.StepCompte, enrolment.StepIdentite, enrolment.StepDossier),
		answered("2026-10-22 15:00"),
		ticks("2026-10-22 18:00", enrolment.StepConfirm),
		moves("2026-11-13 11:00", "2026-12-22"),
		ticks("2026-11-18 18:00", enrolment.StepDossier),
		answered("2026-11-19 15:00"),
		ticks("2026-11-20 12:00", enrolment.StepConfirm),
	}, "2026-12-27 12:00"},
	{"dife-moved-late", "DIFE, dont la session est avancée quand il est trop tard", 12, []scene{
		enrolled(enrolment.DIFE, ""),
		ticks("2026-10-21 18:00", enrolment.StepCompte, enrolment.StepIdentite, enrolment.StepDossier),
		moves("2026-12-01 11:00", "2026-12-15"),
	}, "2026-12-04 12:00"},
	{"dife-cancelled", "DIFE, dont la session est annulée", 12, []scene{
		enrolled(enrolment.DIFE, ""),
		ticks("2026-10-21 18:00", enrolment.StepCompte, enrolment.StepIdentite, enrolment.StepDossier),
		{"2026-11-13 11:00", "l’organisme annule la session", func(ctx context.Context, h *house) error {
			h.session.Status = enrolment.SessionCancelled
			return h.apply(ctx)
		}},
		{"2026-11-15 11:00", "choisit une autre session", func(ctx context.Context, h *house) error {
			if err := h.publish(ctx, "autre", "2026-12-18", 12); err != nil {
				return err
			}
			return holder(http.MethodPut, "/session", `{"sessionId":"autre"}`)(ctx, h)
		}},
	}, "2026-11-19 12:00"},
	{"collectivite", "Collectivité, avec son contact ; la session change de date", 12, []scene{
		enrolled(enrolment.Collectivite, contact),
		ticks("2026-10-21 18:00", enrolment.StepDemande),
		contactDoes("2026-11-03 10:00", "donne l’accord de la collectivité", "/answer", `{"given":"accord"}`),
		moves("2026-11-13 11:00", "2026-12-22"),
		contactDoes("2026-11-24 10:00", "dit où facturer", "/billing", `{"known":true,"siret":"12345678200010","service":"FINANCES","commitment":"2026-118","address":"1 rue Jean-Fournier, 29470 Plougastel-Daoulas"}`),
		contactDoes("2026-11-24 10:05", "déclare la convention signée et renvoyée", "/convention", `{"signed":true}`),
		received("2026-11-27 10:00", enrolment.StepConvention),
	}, "2026-12-27 12:00"},
	{"collectivite-silent", "Collectivité, dont le contact ne répond pas", 12, []scene{
		enrolled(enrolment.Collectivite, contact),
		ticks("2026-10-30 18:00", enrolment.StepDemande),
	}, afterAll},
	{"collectivite-refused", "Collectivité, dont le contact refuse faute de crédits ; l’élue paie elle-même", 12, []scene{
		enrolled(enrolment.Collectivite, contact),
		contactDoes("2026-10-27 10:00", "refuse", "/answer", `{"given":"refus","ground":"autre","detail":"Les crédits de l’année sont épuisés."}`),
		{"2026-11-02 18:00", "choisit de payer à titre personnel", mode(enrolment.Personnel, "")},
	}, "2026-11-08 12:00"},
	{"personnel", "À titre personnel, jusqu’au paiement", 12, []scene{
		enrolled(enrolment.Personnel, ""),
		ticks("2026-10-24 18:00", enrolment.StepContrat),
		ticks("2026-11-10 18:00", enrolment.StepAcompte),
		received("2026-11-12 10:00", enrolment.StepAcompte),
	}, afterAll},
	{"personnel-withdrawn", "À titre personnel, qui renonce au contrat", 12, []scene{
		enrolled(enrolment.Personnel, ""),
		ticks("2026-10-26 18:00", enrolment.StepContrat),
		{"2026-11-05 21:30", "renonce au contrat, en ligne", holder(http.MethodPost, "/withdrawal", "")},
	}, "2026-11-12 12:00"},
	{"personnel-changed", "À titre personnel, qui fait payer sa collectivité après avoir signé, puis renonce au contrat", 12, []scene{
		enrolled(enrolment.Personnel, ""),
		ticks("2026-10-26 18:00", enrolment.StepContrat),
		{"2026-10-29 18:00", "choisit de faire payer sa collectivité", mode(enrolment.Collectivite, contact)},
		{"2026-11-02 21:30", "renonce au contrat signé, en ligne", holder(http.MethodPost, "/withdrawal", "")},
		ticks("2026-11-03 18:00", enrolment.StepDemande),
		contactDoes("2026-11-04 10:00", "donne l’accord de la collectivité", "/answer", `{"given":"accord"}`),
	}, "2026-11-12 12:00"},
	{"personnel-near", "À titre personnel, une semaine avant la session", 12, []scene{
		{"2026-12-10 10:00", "s’inscrit", enrol(enrolment.Personnel, "")},
		ticks("2026-12-11 18:00", enrolment.StepContrat),
	}, "2027-01-05 12:00"},
}

func enrolled(m enrolment.Mode, extra string) scene {
	return scene{begins, "s’inscrit", enrol(m, extra)}
}

func enrol(m enrolment.Mode, extra string) func(context.Context, *house) error {
	return func(ctx context.Context, h *house) error { return h.enrols(ctx, m, "elue@plougastel.example", extra) }
}

// holder is a request of the personal page.
func holder(method, path, body string) func(context.Context, *house) error {
	return func(ctx context.Context, h *house) error {
		_, err := h.ask(ctx, method, "/api/enrolments/"+h.files[0].id+path, h.files[0].token, body)
		return err
	}
}

func mode(m enrolment.Mode, extra string) func(context.Context, *house) error {
	return holder(http.MethodPut, "/funding", `{`+extra+`"mode":"`+string(m)+`"}`)
}

func ticks(at string, steps ...enrolment.StepKey) scene {
	what := "coche"
	for i, k := range steps {
		what += map[bool]string{true: " ", false: ", "}[i == 0] + string(k)
	}
	return scene{at, what, func(ctx context.Context, h *house) error {
		for _, k := range steps {
			if err := holder(http.MethodPut, "/steps/"+string(k), "")(ctx, h); err != nil {
				return err
			}
		}
		return nil
	}}
}

// answered: the organisation says that it has made its proposal on Mon Compte Élu.
func answered(at string) scene {
	s := received(at, enrolment.StepProposal)
	s.what = "l’organisme note qu’il a envoyé sa proposition"
	return s
}

// received: the organisation notes a step as settled on its side.
func received(at string, k enrolment.StepKey) scene {
	return scene{at, "l’organisme note l’étape « " + string(k) + " »", func(ctx context.Context, h *house) error {
		_, err := h.team("tick").Tick(ctx, h.files[0].id, k)
		return err
	}}
}

func attended(at string) scene {
	return scene{at, "l’organisme note la présence", func(ctx context.Context, h *house) error {
		record := enrolment.Attendance{ClosedAt: h.at}
		for _, d := range h.session.HalfDays {
			record.Sittings = append(record.Sittings, enrolment.Sitting{Start: d.Start, Planned: 210, Minutes: 210, Presence: enrolment.Present})
		}
		_, err := h.team("attendance").Attend(ctx, h.files[0].id, record)
		return err
	}}
}

// moves: the organisation changes the date, to the same hours of another day.
func moves(at, day string) scene {
	return scene{at, "l’organisme déplace la session au " + guide.DayMonth(moment(day+" 09:00")), func(ctx context.Context, h *house) error {
		if err := h.reload(ctx); err != nil {
			return err
		}
		h.session.HalfDays, h.session.ClosesAt = halfDays(day), moment(day+" 09:00").Add(-48*time.Hour)
		return h.apply(ctx)
	}}
}

func contactDoes(at, what, path, body string) scene {
	return scene{at, "le contact " + what, func(ctx context.Context, h *house) error {
		token, err := h.mairie(ctx)
		if err != nil {
			return err
		}
		_, err = h.ask(ctx, http.MethodPut, "/api/enrolments/"+h.files[0].id+path, token, body)
		return err
	}}
}
