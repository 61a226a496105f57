package logging_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/echarpe/echarpe/internal/logging"
)

func TestPersonalAttributesAreRedacted(t *testing.T) {
	var out bytes.Buffer
	log := logging.New(&out, slog.LevelInfo)
	log.Info("request", "route", "POST /api/enrolments", "email", "jeanne@mairie.fr", slog.Group("person", "lastName", "Le Goff", "phone", "+33612345678"))
	for _, secret := range []string{"jeanne", "Goff", "+336"} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("%q in %s", secret, out.String())
		}
	}
	if !strings.Contains(out.String(), "POST /api/enrolments") {
		t.Error("the route is lost")
	}
}
