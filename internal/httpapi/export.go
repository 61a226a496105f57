package httpapi

import (
	"net/http"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/web"
)

// exportView is everything kept about a person, in a form that a machine can read (GDPR, article 20).
type exportView struct {
	fileView
	ConsentAt   *time.Time    `json:"consentAt,omitempty"`
	ReservedAt  *time.Time    `json:"reservedAt,omitempty"`
	CancelledAt *time.Time    `json:"cancelledAt,omitempty"`
	Messages    []messageView `json:"messages"`
	// What the contact at the collectivité declared.
	Answer     *answerView     `json:"authorityAnswer,omitempty"`
	Billing    *web.Billing    `json:"authorityBilling,omitempty"`
	Convention *conventionView `json:"authorityConvention,omitempty"`
	Signature  *signatureView  `json:"authoritySignature,omitempty"`
}

type messageView struct {
	Kind   string     `json:"kind"`
	SentAt *time.Time `json:"sentAt,omitempty"`
}

func (a api) export(w http.ResponseWriter, r *http.Request, of enrolment.Enrolment) error {
	data, err := a.Desk.Export(r.Context(), of.ID)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", `attachment; filename="mes-donnees.json"`)
	return writeJSON(w, http.StatusOK, a.exported(data.File, data.Messages))
}

func (d Deps) exported(f booking.File, messages []enrolment.MessageRecord) exportView {
	e := f.Enrolment
	view := exportView{
		fileView: d.file(f), ConsentAt: instant(e.ConsentAt), ReservedAt: instant(e.ReservedAt),
		CancelledAt: instant(e.CancelledAt), Messages: []messageView{},
	}
	view.Answer, view.Billing, view.Convention = d.replied(f)
	view.Signature = signatureOf(e)
	for _, m := range messages {
		view.Messages = append(view.Messages, messageView{m.Kind, instant(m.At)})
	}
	return view
}
