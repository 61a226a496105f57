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

// The page holds a few texts and no more, so it is filled in by hand: html/template would keep every method of every type in the
// function, a third of its size.
//
//go:embed stop.html
var stopHTML string

// stopTexts are what the page says, by whether it is the contact's and whether it is done.
var stopTexts = map[[2]bool]struct{ tab, heading, body string }{
	{false, false}: {
		`Arrêter les rappels`, `Ne plus recevoir de rappels&nbsp;?`,
		`<p>Formation «&nbsp;{title}&nbsp;», référence {reference}.</p>
<p>Votre inscription ne change pas. Nous vous écrirons encore si une place, une date ou un lieu change, mais plus pour vous rappeler ce qu’il reste à faire.</p>
<form method="post"><button>Arrêter les rappels</button></form>
<p><a href="/">Voir les sessions</a></p>`,
	},
	{false, true}: {
		`Les rappels sont arrêtés`, `Les rappels sont arrêtés`,
		`<p>Vous ne recevrez plus de rappels pour «&nbsp;{title}&nbsp;» (référence {reference}). Votre inscription ne change pas.</p>
<p>Nous vous écrirons encore si quelque chose change&nbsp;: une place, une date, un lieu.</p>
<p><a href="/">Voir les sessions</a></p>`,
	},
	{true, false}: {
		`Ne plus recevoir d’e-mails`, `Ne plus recevoir d’e-mails&nbsp;?`,
		`<p>Formation «&nbsp;{title}&nbsp;», référence {reference}.</p>
<p>Nous ne vous écrirons plus au sujet de cette demande, même si elle change ou s’annule. Nous appellerons votre collectivité s’il le faut.</p>
<form method="post"><button>Ne plus recevoir d’e-mails</button></form>`,
	},
	{true, true}: {
		`Nous ne vous écrirons plus`, `Nous ne vous écrirons plus`,
		`<p>Vous ne recevrez plus d’e-mails au sujet de la formation «&nbsp;{title}&nbsp;» (référence {reference}). La demande elle-même ne change pas.</p>
<p>Vous avez changé d’avis&nbsp;? Le lien de nos e-mails ouvre toujours la demande, et permet de les recevoir de nouveau.</p>`,
	},
}

//go:embed stop.css
var stopCSS string

var stopPolicy = func() string {
	sum := sha256.Sum256([]byte(stopCSS))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}()

func writeStopPage(w http.ResponseWriter, p stopPage) error {
	said := stopTexts[[2]bool{p.Contact, p.Stopped}]
	page := strings.NewReplacer("{style}", stopCSS, "{tab}", said.tab, "{heading}", said.heading, "{body}", said.body).Replace(stopHTML)
	page = strings.NewReplacer("{title}", html.EscapeString(p.Title), "{reference}", html.EscapeString(p.Reference)).Replace(page)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", stopPolicy)
	w.Header().Set("Referrer-Policy", "no-referrer") // the address is the proof
	w.Header().Set("X-Robots-Tag", "noindex")
	_, err := w.Write([]byte(page))
	return err
}
