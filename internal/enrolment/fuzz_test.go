package enrolment_test

import (
	"net/mail"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/echarpe/echarpe/internal/enrolment"
)

func FuzzParseEmail(f *testing.F) {
	for _, s := range []string{"a@mairie.fr", " A@Mairie.FR ", "a@b", "\"a b\"@c.fr", "a@mairie.fr\r\nBcc: b@c.fr", "é@mairie.fr", "a@[127.0.0.1]", "=a@b.fr", "a@mairie.fr,"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := enrolment.ParseEmail(text)
		if err != nil {
			if got != "" || !strings.HasSuffix(err.Error(), ".") {
				t.Fatalf("%q: %q, %v", text, got, err)
			}
			return
		}
		if again, err := enrolment.ParseEmail(got); err != nil || again != got {
			t.Fatalf("%q gives %q, which gives %q (%v): not a normal form", text, got, again, err)
		}
		if _, err := mail.ParseAddress(got); err != nil || strings.ContainsAny(got, "\r\n <>,;") {
			t.Fatalf("%q gives %q, which no mail can carry", text, got)
		}
	})
}

func FuzzParseText(f *testing.F) {
	for _, s := range []string{"Maëlys", "  Le   Goff ", "a\r\nBcc: x", "\u202ea", "\xff", "🙂", strings.Repeat("x", 100)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := enrolment.ParseText(text, "Vide.", 80)
		if err != nil {
			return
		}
		if !utf8.ValidString(got) || strings.ContainsFunc(got, unicode.IsControl) || utf8.RuneCountInString(got) > 80 || got == "" {
			t.Fatalf("%q gives %q", text, got)
		}
		if again, err := enrolment.ParseText(got, "Vide.", 80); err != nil || again != got {
			t.Fatalf("%q gives %q, which gives %q (%v)", text, got, again, err)
		}
	})
}

func FuzzParseReference(f *testing.F) {
	for _, s := range []string{enrolment.NewReference("x"), "ec 7kq4 m9f", "EC-", "", "EC-é", "EC\u00a07KQ4-M9F"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := enrolment.ParseReference(text)
		if !ok {
			return
		}
		if again, ok := enrolment.ParseReference(strings.ToLower(got)); !ok || again != got {
			t.Fatalf("%q gives %q, which gives %q", text, got, again)
		}
	})
}
