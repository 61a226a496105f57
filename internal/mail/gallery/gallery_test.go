package gallery_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/mail"
	"github.com/echarpe/echarpe/internal/mail/gallery"
)

func TestGalleryShowsEverySampleAndEveryLinkOpens(t *testing.T) {
	g, err := guide.Load()
	if err != nil {
		t.Fatal(err)
	}
	h, err := gallery.Handler(g)
	if err != nil {
		t.Fatal(err)
	}
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w
	}
	page := get("/").Body.String()
	for _, s := range mail.Samples(g) {
		if !strings.Contains(page, `"`+s.Name+`.html"`) {
			t.Errorf("%s is not listed", s.Name)
		}
	}
	for _, m := range regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if w := get("/" + m[1]); w.Code != http.StatusOK || w.Body.Len() == 0 {
			t.Errorf("%s: %d", m[1], w.Code)
		}
	}
	if w := get("/nothing.html"); w.Code != http.StatusNotFound {
		t.Errorf("an unknown mail: %d", w.Code)
	}
}
