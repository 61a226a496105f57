package httpapi

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html"
	"net/http"
	"strings"
)

// stopPage is the page of the address that stops reminders: without script, so that it works in any browser.
type stopPage struct {
	Title     string // the formation's
	Reference string
	Stopped   bool
	Contact   bool // all mails to the contact at the collectivité, and not the reminders to the élu
}

// The pages hold two texts each and no more, so they are filled in by hand: html/template would keep every method of
// every type in the function, a third of its size.
var (
	//go:embed stop.html
	stopHTML string
	//go:embed stopped.html
	stoppedHTML string
	//go:embed hush.html
	hushHTML string
	//go:embed hushed.html
	hushedHTML string
)

//go:embed stop.css
var stopCSS string

var stopPolicy = func() string {
	sum := sha256.Sum256([]byte(stopCSS))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}()

func writeStopPage(w http.ResponseWriter, p stopPage) error {
	page := map[[2]bool]string{{false, false}: stopHTML, {false, true}: stoppedHTML, {true, false}: hushHTML, {true, true}: hushedHTML}[[2]bool{p.Contact, p.Stopped}]
	page = strings.NewReplacer("{style}", stopCSS, "{title}", html.EscapeString(p.Title), "{reference}", html.EscapeString(p.Reference)).Replace(page)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", stopPolicy)
	w.Header().Set("Referrer-Policy", "no-referrer") // the address is the proof
	w.Header().Set("X-Robots-Tag", "noindex")
	_, err := w.Write([]byte(page))
	return err
}
