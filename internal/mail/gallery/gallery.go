// Package gallery shows every e-mail in every state, on a page of the local product. Nothing deployed serves it.
package gallery

import (
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/mail"
)

// Handler serves the gallery at the root: "/" lists the mails, "/<name>.html" and "/<name>.txt" show one, "/<name>.eml"
// is its MIME source. Mount it elsewhere with http.StripPrefix; its links are relative. It fails when a sample cannot be
// rendered.
func Handler(g *guide.Guide) (http.Handler, error) {
	mux := http.NewServeMux()
	var shown []entry
	for _, s := range mail.Samples(g) {
		m, err := mail.Render(s.Kind, s.Data)
		if err != nil {
			return nil, fmt.Errorf("gallery: %s: %w", s.Name, err)
		}
		raw, err := m.Raw()
		if err != nil {
			return nil, fmt.Errorf("gallery: %s: %w", s.Name, err)
		}
		shown = append(shown, entry{Sample: s, Message: m})
		mux.HandleFunc("GET /"+s.Name+".html", serve("text/html; charset=utf-8", m.HTML))
		mux.HandleFunc("GET /"+s.Name+".txt", serve("text/plain; charset=utf-8", m.Text))
		mux.HandleFunc("GET /"+s.Name+".eml", serve("message/rfc822", string(raw)))
	}
	var page strings.Builder
	if err := index.Execute(&page, shown); err != nil {
		return nil, fmt.Errorf("gallery: %w", err)
	}
	mux.HandleFunc("GET /{$}", serve("text/html; charset=utf-8", page.String()))
	return mux, nil
}

type entry struct {
	Sample  mail.Sample
	Message mail.Message
}

func serve(contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = w.Write([]byte(body))
	}
}

var index = template.Must(template.New("index").Parse(`<!DOCTYPE html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tous les e-mails</title>
<style>
:root { color-scheme: light dark; }
body { font: 18px/1.5 Arial, "Liberation Sans", sans-serif; max-width: 900px; margin: 0 auto; padding: 24px 20px; }
li { margin: 0 0 16px; }
a { display: inline-block; padding: 8px 12px 8px 0; }
small { display: block; }
</style>
</head>
<body>
<h1>Tous les e-mails, dans tous leurs états</h1>
<p>{{len .}} messages d’exemple. Les personnes sont inventées.</p>
<ul>
{{range .}}<li><strong>{{.Message.Subject}}</strong>
<small>{{.Sample.Kind}}{{with .Sample.State}}, {{.}}{{end}}. {{.Message.Preview}}</small>
<a href="{{.Sample.Name}}.html" aria-label="{{.Sample.Name}}, en HTML">HTML</a> <a href="{{.Sample.Name}}.txt" aria-label="{{.Sample.Name}}, en texte">Texte</a> <a href="{{.Sample.Name}}.eml" aria-label="{{.Sample.Name}}, source">Source</a></li>
{{end}}</ul>
</body>
</html>
`))
