package main

import "testing"

func TestSectionsComeInTheOrderOfTheDocument(t *testing.T) {
	all := sections(true)
	if chosen, err := choose(all, "reminders,seats"); err != nil || len(chosen) != 2 || chosen[0].name != "seats" {
		t.Errorf("%v, %v: want both in the order of BENCH.md", chosen, err)
	}
	if chosen, err := choose(all, ""); err != nil || len(chosen) != 5 || chosen[4].name != "cost" {
		t.Errorf("%v, %v: want all five, the cost last", chosen, err)
	}
	if _, err := choose(all, "seats,cellar"); err == nil {
		t.Error("no word about a section that does not exist")
	}
}
