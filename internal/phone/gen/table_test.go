package main

import (
	"os"
	"slices"
	"testing"

	"github.com/nyaruka/phonenumbers"
	"pgregory.net/rapid"

	"github.com/echarpe/echarpe/internal/phone"
)

func TestTheTableIsTheLibrarys(t *testing.T) {
	want, err := Table()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../table.go")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Error("internal/phone/table.go is behind the library: run go generate ./internal/phone")
	}
}

// libraryParse is what the library answers: the number in each French region in which it is valid.
func libraryParse(text string) (numbers []string) {
	for _, region := range regions {
		if n, err := phonenumbers.Parse(text, region); err == nil && phonenumbers.IsValidNumber(n) {
			if number := phonenumbers.Format(n, phonenumbers.E164); !slices.Contains(numbers, number) {
				numbers = append(numbers, number)
			}
		}
	}
	return numbers
}

func TestParseAnswersAsTheLibrary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(
			rapid.StringMatching(`0[1-9]( ?[0-9]{2}){4}`),
			rapid.StringMatching(`0(690|694|696|692|639|262|590|594|596)[0-9]{6}`),
			rapid.StringMatching(`\+(33|590|594|596|262) ?[1-9][0-9]{8}`),
			rapid.StringMatching(`\+(508|687|681) ?[0-9]{6}`),
			rapid.StringMatching(`\+689 ?[0-9]{8}`),
			rapid.StringMatching(`0033 ?[0-9]{9}`),
			rapid.StringMatching(`0?[1-9][0-9]{0,11}`),
		).Draw(t, "text")
		got, err := phone.Parse(text)
		// What fits several territories is refused here, where the library takes the first one.
		if want := libraryParse(text); err == nil && !slices.Contains(want, got) || err != nil && len(want) == 1 {
			t.Fatalf("Parse(%q) = %q, %v; the library says %q", text, got, err, want)
		}
	})
}
