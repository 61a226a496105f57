package enrolment

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Scan is the convention signed by hand, as the contact at the collectivité sent it from their page: photographs, or one PDF. The zero
// Scan is none. What was sent is in a bucket, under the file and the scan's id; the file keeps what staff is shown of it.
type Scan struct {
	ID    string
	Pages []ScanPage
}

// PDF tells whether it is one file, whatever pages that has, and not photographs.
func (s Scan) PDF() bool { return len(s.Pages) == 1 && s.Pages[0].Type == ScanPDF }

// ScanPage is one photograph, or the PDF, as the bucket holds it.
type ScanPage struct {
	Type string // one of the scan types
	Size int64  // bytes
}

// The types of a page.
const (
	ScanPDF  = "application/pdf"
	ScanJPEG = "image/jpeg"
	ScanPNG  = "image/png"
)

// What a scan may be at most. A phone's photographs are made smaller by the page before they leave.
const (
	MostScanPages = 20
	MostScanBytes = 10 << 20
)

// A scan's id is so much of a digest, and how many pages there are, so that nothing has to be written down before the scan has arrived.
const scanDigest = 26

// ScanID names the scan of these pages that a request asks for by its key: the same request, the same scan.
func ScanID(fileID, key string, pages []ScanPage) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s %s", fileID, key)
	for _, p := range pages {
		fmt.Fprintf(h, " %s %d", p.Type, p.Size)
	}
	return fmt.Sprintf("%s-%02d", strings.ToLower(base32.StdEncoding.EncodeToString(h.Sum(nil))[:scanDigest]), len(pages))
}

// ScanPages is how many pages a scan's id says there are; 0 when it is none.
func ScanPages(id string) int {
	digest, count, _ := strings.Cut(id, "-")
	n, err := strconv.Atoi(count)
	if err != nil || len(count) != 2 || n > MostScanPages || len(digest) != scanDigest || strings.Trim(digest, "abcdefghijklmnopqrstuvwxyz234567") != "" {
		return 0
	}
	return n
}

// CheckScan says what is wrong with the pages that somebody wants to send, by field; empty when nothing is.
func CheckScan(pages []ScanPage) map[string]string {
	faults, total := map[string]string{}, int64(0)
	for i, p := range pages {
		total += min(p.Size, MostScanBytes+1) // whatever sizes are said, the sum is one
		field, name := fmt.Sprintf("pages.%d", i+1), PageName(i+1, len(pages))
		switch {
		case !slices.Contains([]string{ScanPDF, ScanJPEG, ScanPNG}, p.Type):
			faults[field] = notAPage(name)
		case p.Size < 1:
			faults[field] = name + " est vide. Choisissez-en une autre, ou prenez la photo de nouveau."
		}
	}
	switch {
	case len(pages) == 0:
		faults["pages"] = "Choisissez la convention signée : un PDF, ou une photo de chaque page."
	case len(pages) > MostScanPages:
		faults["pages"] = fmt.Sprintf("Vous pouvez envoyer %d photos au plus. Envoyez plutôt un seul PDF.", MostScanPages)
	case len(pages) > 1 && slices.ContainsFunc(pages, func(p ScanPage) bool { return p.Type == ScanPDF }):
		faults["pages"] = "Envoyez un seul PDF, ou des photos, mais pas les deux ensemble."
	case total > MostScanBytes:
		faults["pages"] = "Ces pages dépassent 10 Mo ensemble. Envoyez un seul PDF plus léger, ou des photos moins grandes."
	}
	return faults
}

// PageName is how a page is called in a sentence.
func PageName(n, of int) string {
	if of == 1 {
		return "Ce fichier"
	}
	return fmt.Sprintf("La page %d", n)
}

// ScanFault is what was found of one page that is not what it was said to be.
func ScanFault(n, of int) string { return notAPage(PageName(n, of)) }

func notAPage(name string) string {
	return name + " n’est ni un PDF ni une photo (JPEG ou PNG). Depuis un téléphone, prenez la page en photo ; depuis un scanner, choisissez le format PDF."
}

// Sent gives the scan that came with the convention, if one did and it is of the present papers.
func (e Enrolment) Sent() (s Scan, ok bool) {
	if e.Reply == nil || e.Reply.Return.Scan == nil {
		return Scan{}, false
	}
	return *e.Reply.Return.Scan, true
}

// DropScan forgets what was sent: of papers that were made again, or of a convention that is not signed after all. What commits it has the
// bucket emptied, see [LooseScan].
func (e *Enrolment) DropScan() {
	if _, ok := e.Sent(); ok {
		e.OpenReply().Return.Scan = nil
	}
}

// LooseScan is a scan in the bucket that its file may not know, or not any more: it is to be looked at from At on, and deleted unless the
// file knows it then. Taken says that whoever deletes has begun.
type LooseScan struct {
	FileID, ScanID string
	At             time.Time
	Taken          bool
}

// Upload is how a browser sends one page straight to the bucket: a form with these fields, and the page last.
type Upload struct {
	URL    string
	Fields map[string]string
}
