// Package team wires functions/staff: the organisation's side.
package team

import (
	"io"
	"net/http"
	"time"

	"github.com/echarpe/echarpe/internal/document"
	"github.com/echarpe/echarpe/internal/duty"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/httpapi"
	"github.com/echarpe/echarpe/internal/lambdahttp"
	"github.com/echarpe/echarpe/internal/link"
	"github.com/echarpe/echarpe/internal/scan/handout"
	"github.com/echarpe/echarpe/internal/staff"
	"github.com/echarpe/echarpe/internal/staffapi"
	"github.com/echarpe/echarpe/internal/wiring"
	"github.com/echarpe/echarpe/internal/wiring/papers"
)

// Handler is the handler of functions/staff.
func Handler(h *wiring.House) http.Handler {
	return staffapi.New(staffapi.Deps{
		Scans: scans(h),
		Team:  staff.Team{Store: h.Store, First: h.Config.StaffEmail, Now: h.Now},
		Store: h.Store, Desk: h.Desk, Duties: duty.Planner{Guide: h.Guide},
		Printer: Printer(h.Guide, h.Links),
		Guide:   h.Guide, Links: h.Links, Claims: lambdahttp.Claims, Log: h.Log, Now: h.Now,
		SignIn: staffapi.SignIn{
			Issuer: h.Config.StaffIssuer, ClientID: h.Config.StaffClient, Scopes: []string{"openid", "email", "profile"}, SignOut: h.Config.StaffSignOut,
		},
	})
}

// scans hands out what collectivités sent; nil without a bucket.
func scans(h *wiring.House) staffapi.Scans {
	if h.Config.ScanBucket == "" {
		return nil
	}
	return handout.Desk{
		Bucket: h.Config.ScanBucket, Address: h.BucketAddress(), Region: h.AWS.Region, Keys: h.AWS.Credentials, Checked: h.Config.ScanMalware, Now: wiring.Now,
	}
}

// Printer prints the papers of a session with the texts of a guide and the codes of a house.
func Printer(g *guide.Guide, l link.Links) staffapi.Printer { return printer{papers.Printer(g, l), g} }

// printer is that of the élus' papers, with the sheet that belongs to a session.
type printer struct {
	httpapi.Printer
	guide *guide.Guide
}

func (p printer) Invoice(w io.Writer, i enrolment.Invoice) error {
	return document.Render(w, document.Facture, document.Input{
		Organisation: i.Seller, Invoice: &i, Guide: p.guide, Now: i.At,
		Formation: enrolment.Formation{Title: i.Formation.Title, Theme: i.Formation.Theme, Hours: i.Formation.Hours},
		Session:   enrolment.Session{HalfDays: i.HalfDays, Place: i.Place, Remote: true},
	})
}

func (p printer) Sheet(w io.Writer, s enrolment.Session, files []enrolment.Enrolment, formation enrolment.Formation, org enrolment.Organisation, now time.Time) error {
	return document.Render(w, document.Emargement, document.Input{Organisation: org, Formation: formation, Session: s, Attendees: files, Guide: p.guide, Now: now})
}
