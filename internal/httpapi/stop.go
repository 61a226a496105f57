package httpapi

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
)

// stopPage is the page of the address that stops reminders: without script, so that it works in any browser.
type stopPage struct {
	Title     string // the formation's
	Reference string
	Stopped   bool
	Style     template.CSS
}

//go:embed stop.html
var stopHTML string

//go:embed stop.css
var stopCSS string

var (
	stopLayout = template.Must(template.New("stop.html").Parse(stopHTML))
	stopPolicy = func() string {
		sum := sha256.Sum256([]byte(stopCSS))
		return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	}()
)

func writeStopPage(w http.ResponseWriter, p stopPage) error {
	p.Style = template.CSS(stopCSS) // ours
	var page bytes.Buffer
	if err := stopLayout.Execute(&page, p); err != nil {
		return fmt.Errorf("the page that stops reminders: %w", err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", stopPolicy)
	w.Header().Set("Referrer-Policy", "no-referrer") // the address is the proof
	w.Header().Set("X-Robots-Tag", "noindex")
	_, err := w.Write(page.Bytes())
	return err
}
