package staffapi

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Scans is where the conventions that collectivités sent back are; see package scan.
type Scans interface {
	// Read gives an address for each page, good for some minutes and for a download. Refusals: conflict while a malware scan has not passed it.
	Read(ctx context.Context, fileID string, s enrolment.Scan, named func(page int) string) ([]string, error)
}

type scanView struct {
	SentAt time.Time  `json:"sentAt"`
	By     string     `json:"by"`
	Pages  []scanPage `json:"pages"`
}

type scanPage struct {
	Number int    `json:"number"`
	Type   string `json:"type"`
	Size   int64  `json:"size"`
	URL    string `json:"url"`
}

// extensions are those of the names under which pages are kept.
var extensions = map[string]string{enrolment.ScanPDF: "pdf", enrolment.ScanJPEG: "jpg", enrolment.ScanPNG: "png"}

// scan gives the convention that was sent back; a group's is that of its file.
func (a api) scan(w http.ResponseWriter, r *http.Request, _ enrolment.Actor) error {
	f, err := a.Desk.File(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if group := f.Enrolment.PartOf; group != "" {
		if f, err = a.Desk.File(r.Context(), group); err != nil {
			return err
		}
	}
	e := f.Enrolment
	s, sent := e.Sent()
	if !sent || a.Scans == nil {
		return enrolment.Refuse(enrolment.KindNotFound, "Aucune convention signée n’a été envoyée pour ce dossier.")
	}
	urls, err := a.Scans.Read(r.Context(), e.ID, s, func(page int) string {
		return fmt.Sprintf("convention-signee-%s-page-%d.%s", e.Reference, page, extensions[s.Pages[page-1].Type])
	})
	if err != nil {
		return err
	}
	view := scanView{SentAt: e.Reply.Return.At.UTC(), By: e.Reply.Return.By}
	for i, p := range s.Pages {
		view.Pages = append(view.Pages, scanPage{i + 1, p.Type, p.Size, urls[i]})
	}
	return ok(w, view)
}
