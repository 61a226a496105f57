package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// site serves the built pages as the content network does: /folder/ is its index.html, what is absent is 404.html, and
// every answer carries the headers of frontend/headers.json. The organisation's pages alone may speak to the issuer.
func site(dist string, headers headers) (http.Handler, error) {
	root, err := os.OpenRoot(dist)
	if err != nil {
		return nil, fmt.Errorf("the pages are not built: %w", err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		headers.setFor(w.Header(), r.URL.Path)
		name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
		if page := bent.FindStringSubmatch(r.URL.EscapedPath()); page != nil {
			name, r.URL.Path = page[1], "/"+page[1]+"/"
		}
		if info, err := root.Stat(orDot(name)); err == nil && info.IsDir() {
			if !strings.HasSuffix(r.URL.Path, "/") {
				to := "/" + name + "/"
				if r.URL.RawQuery != "" {
					to += "?" + r.URL.RawQuery
				}
				http.Redirect(w, r, to, http.StatusPermanentRedirect)
				return
			}
			name = path.Join(name, "index.html")
		}
		w.Header().Set("Cache-Control", headers.cacheControl("/"+name))
		if !serveFile(w, r, root, name, http.StatusOK) && !serveFile(w, r, root, "404.html", http.StatusNotFound) {
			http.NotFound(w, r)
		}
	}), nil
}

// bent is a personal link whose # a mail scanner encoded: its page opens and mends the address.
var bent = regexp.MustCompile(`^/+(dossier|papiers)/+(?:%|#)`)

func orDot(name string) string {
	if name == "" {
		return "."
	}
	return name
}

func serveFile(w http.ResponseWriter, r *http.Request, root *os.Root, name string, status int) bool {
	f, err := root.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.IsDir() {
		return false
	}
	if kind, ok := kinds[filepath.Ext(name)]; ok {
		w.Header().Set("Content-Type", kind)
	}
	if status != http.StatusOK {
		w = &withStatus{ResponseWriter: w, status: status}
	}
	http.ServeContent(w, r, name, info.ModTime(), f)
	return true
}

// kinds are the types that the machine's own table may lack or get wrong.
var kinds = map[string]string{
	".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".json": "application/json", ".svg": "image/svg+xml", ".webmanifest": "application/manifest+json", ".woff2": "font/woff2",
	".txt": "text/plain; charset=utf-8", ".xml": "application/xml", ".ico": "image/x-icon", ".png": "image/png", ".map": "application/json",
}

// withStatus answers 404 where ServeContent would say 200.
type withStatus struct {
	http.ResponseWriter
	status int
}

func (w *withStatus) WriteHeader(int) { w.ResponseWriter.WriteHeader(w.status) }

// headers is frontend/headers.json: what every answer carries, and how long each page may be kept.
type headers struct {
	Headers map[string]string
	Cache   []struct{ Prefix, Value string }
	SignIn  struct{ Prefix string }
	Camera  struct{ Prefix string } // whose pages may ask for the camera
	Scans   struct{ Prefix string } // whose pages send to the bucket
	issuer  string                  // origin that the pages under SignIn.Prefix may speak to
	bucket  string                  // origin that the pages under Scans.Prefix may send to
}

func readHeaders(file string) (headers, error) {
	var h headers
	raw, err := os.ReadFile(file)
	if err != nil {
		return h, fmt.Errorf("security headers: %w", err)
	}
	if err := json.Unmarshal(raw, &h); err != nil {
		return h, fmt.Errorf("security headers: %s: %w", file, err)
	}
	return h, nil
}

// cacheControl is the rule of the longest prefix.
func (h headers) cacheControl(path string) (value string) {
	longest := -1
	for _, rule := range h.Cache {
		if strings.HasPrefix(path, rule.Prefix) && len(rule.Prefix) > longest {
			value, longest = rule.Value, len(rule.Prefix)
		}
	}
	return value
}

// set leaves out what only makes sense over https.
func (h headers) set(to http.Header) {
	for name, value := range h.Headers {
		if !strings.EqualFold(name, "Strict-Transport-Security") {
			to.Set(name, value)
		}
	}
}

// setFor are the headers of a page.
func (h headers) setFor(to http.Header, path string) {
	h.set(to)
	h.letCall(to, path, h.SignIn.Prefix, h.issuer)
	h.letCall(to, path, h.Scans.Prefix, h.bucket)
	if h.Scans.Prefix != "" && strings.HasPrefix(path, h.Scans.Prefix) { // the photographs that were chosen
		const policy = "Content-Security-Policy"
		to.Set(policy, strings.Replace(to.Get(policy), "img-src 'self'", "img-src 'self' blob:", 1))
	}
	if h.Camera.Prefix != "" && strings.HasPrefix(path, h.Camera.Prefix) {
		const policy = "Permissions-Policy"
		to.Set(policy, strings.Replace(to.Get(policy), "camera=()", "camera=(self)", 1))
	}
}

// letCall lets the pages under a prefix speak to one more origin.
func (h headers) letCall(to http.Header, path, prefix, origin string) {
	if origin != "" && prefix != "" && strings.HasPrefix(path, prefix) {
		const policy = "Content-Security-Policy"
		to.Set(policy, strings.Replace(to.Get(policy), "connect-src 'self'", "connect-src 'self' "+origin, 1))
	}
}

// wrap adds the headers to the answers of another handler.
func (h headers) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.set(w.Header())
		next.ServeHTTP(w, r)
	})
}
