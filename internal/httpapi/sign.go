package httpapi

import (
	"net/http"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/link"
	"github.com/echarpe/echarpe/internal/web"
)

// shownView is the text of a convention to sign online. It comes back whole with the signature: Seal says that it is ours, so that the
// function that writes needs not print, and the one that prints needs not write.
type shownView struct {
	Number string `json:"number"`
	Text   string `json:"text"`
	Digest string `json:"digest"`
	Seal   string `json:"seal"`
}

// longestText is far above any convention: twenty élus and a programme of some pages.
const longestText = 128 << 10

// convention gives the contact at the collectivité the text to sign, where the organisation chose to have it signed online.
func (h documents) convention(w http.ResponseWriter, r *http.Request) error {
	f, _, err := h.opened(r, bearer(r), link.Authority)
	if err != nil {
		return err
	}
	if reason := closedForAuthority(f, h.Now()); reason != "" {
		return enrolment.Refuse(enrolment.KindConflict, reason)
	}
	formation, org, err := h.wording(r.Context(), f)
	if err != nil {
		return err
	}
	if !org.SignsOnline {
		return enrolment.Refuse(enrolment.KindNotFound, "Cette convention se signe à la main.")
	}
	if err := h.Limits.AllowFile(r.Context(), "paper", f.Enrolment.ID); err != nil {
		return err
	}
	text, err := h.printer.Convention(f, formation, org, h.Now())
	if err != nil {
		return err
	}
	e, _, _, _ := f.Enrolment.OnPaper(f.Session, formation, org)
	digest := enrolment.TextDigest(text)
	return writeJSON(w, http.StatusOK, shownView{e.Number(enrolment.PaperConvention), text, digest, h.Links.Keys.Seal(e.ID, digest, e.Terms.Edition)})
}

// signatureView is who signed the convention online. Both is when the organisation did too; Stale, that the papers were made again since.
type signatureView struct {
	At       time.Time              `json:"at"`
	By       string                 `json:"by"`
	Function string                 `json:"function"`
	Right    enrolment.SigningRight `json:"right"`
	Digest   string                 `json:"digest"`
	Both     *time.Time             `json:"both,omitempty"`
	Stale    bool                   `json:"stale,omitempty"`
}

func signatureOf(e enrolment.Enrolment) *signatureView {
	if e.Reply == nil || e.Reply.Signature.At.IsZero() {
		return nil
	}
	s := e.Reply.Signature
	v := &signatureView{At: s.At.UTC(), By: s.Name, Function: s.Function, Right: s.Right, Digest: s.Digest, Stale: s.Edition != e.Terms.Edition}
	if at := s.Organisation.At.UTC(); !s.Organisation.At.IsZero() {
		v.Both = &at
	}
	return v
}

func (a api) sign(r *http.Request, f booking.File, by string) (booking.File, error) {
	var q struct {
		Text     string `json:"text"`
		Seal     string `json:"seal"`
		Name     string `json:"name"`
		Function string `json:"function"`
		Right    string `json:"right"`
		Agreed   bool   `json:"agreed"`
	}
	if err := web.DecodeUpTo(r, &q, longestText); err != nil {
		return f, err
	}
	s := enrolment.Signature{Edition: f.Enrolment.Terms.Edition, Right: enrolment.SigningRight(q.Right), Digest: enrolment.TextDigest(q.Text)}
	faults := web.Fields{}
	var err error
	s.Name, err = enrolment.ParseName(q.Name, "Saisissez vos prénom et nom.", 120)
	faults.Check("name", err)
	s.Function, err = enrolment.ParseText(q.Function, "Saisissez votre fonction.", 120)
	faults.Check("function", err)
	if s.Right != enrolment.SignsAsHead && s.Right != enrolment.SignsByDelegation {
		faults["right"] = "Dites à quel titre vous signez."
	}
	if !q.Agreed {
		faults["agreed"] = "Cochez « Bon pour accord » pour signer."
	}
	if err := faults.Err(); err != nil {
		return f, err
	}
	if !a.Links.Keys.Sealed(q.Seal, f.Enrolment.ID, s.Digest, s.Edition) {
		return f, enrolment.Refuse(enrolment.KindConflict, "La convention a changé pendant que vous la lisiez\u00a0: rien n’est signé. Relisez-la.")
	}
	return a.asThem(f, by, "signature").Sign(r.Context(), f.Enrolment.ID, s, q.Text)
}

func (a api) unsign(r *http.Request, f booking.File, by string) (booking.File, error) {
	return a.asThem(f, by, "signature").Unsign(r.Context(), f.Enrolment.ID)
}
