package phone_test

import (
	"testing"

	"github.com/echarpe/echarpe/internal/phone"
)

func TestParse(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"as dictated", "06 12 34 56 78", "+33612345678"},
		{"with dots", "06.12.34.56.78", "+33612345678"},
		{"with the country code", "+33 6 12 34 56 78", "+33612345678"},
		{"with the optional zero", "+33 (0)6 12 34 56 78", "+33612345678"},
		{"with no-break spaces", "06\u00a012\u00a034\u00a056\u00a078", "+33612345678"},
		{"landline", "02 40 99 48 48", "+33240994848"},
		{"La Réunion mobile without code", "0692 12 34 56", "+262692123456"},
		{"Guadeloupe landline", "0590 81 00 00", "+590590810000"},
		{"Nouvelle-Calédonie", "+687 25 60 00", "+687256000"},
		{"Belgium, for those at the border", "+32 470 12 34 56", "+32470123456"},
		{"copied from the contacts", "\u202a+33 6 12 34 56 78\u202c", "+33612345678"},
		{"isolated by the contacts", "\u206606 12 34 56 78\u2069", "+33612345678"},
		{"marks of direction", "\u200e06 12 34 56 78\u200f", "+33612345678"},
		{"en dashes", "06\u201312\u201334\u201356\u201378", "+33612345678"},
		{"thin spaces", "06\u200912\u200934\u200956\u200978", "+33612345678"},
		{"a link", "tel:+33612345678", "+33612345678"},
		{"middle dots", "06·12·34·56·78", "+33612345678"},
		{"full-width digits", "０６ １２ ３４ ５６ ７８", "+33612345678"},
		{"mainland code but no such number", "+33 1 23", ""},
		{"the code twice", "+33 +33 6 12 34 56 78", ""},
		{"too short", "06 12 34", ""},
		{"words", "appelez la mairie", ""},
		{"empty", "", ""},
		{"very long", "0612345678061234567806123456780612345678061234567", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := phone.Parse(c.in)
			if got != c.want || (err == nil) != (c.want != "") {
				t.Errorf("Parse(%q) = %q, %v; want %q", c.in, got, err, c.want)
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		if _, err := phone.Parse("06 12 34 56 78"); err != nil {
			b.Fatal(err)
		}
	}
}
