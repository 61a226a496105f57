package document_test

import (
	"strings"
	"testing"

	"github.com/echarpe/echarpe/internal/document"
	"github.com/echarpe/echarpe/internal/enrolment"
)

// closed is a council's group once the session is: the first two came, the first for longer.
func closed(t testing.TB) document.Input {
	in := council(t)
	for i, l := range in.Enrolment.Group.Lines[:2] {
		member := sample(t, enrolment.Collectivite).Enrolment
		first, last, _ := strings.Cut(strings.TrimPrefix(l.Name, "Madame "), " ")
		member.ID, member.PartOf, member.Person.FirstName, member.Person.LastName = l.FileID, in.Enrolment.ID, first, last
		member.Reference = []string{"EC-AAA2-BBB", "EC-CCC3-DDD"}[i]
		minutes := []int{180, 95}[i]
		member.Status = enrolment.Attended
		member.Attendance = &enrolment.Attendance{Sittings: []enrolment.Sitting{{Start: in.Session.Start(), Planned: 180, Minutes: minutes, Presence: enrolment.Present}}}
		in.Enrolment.Group.Lines[i].Minutes = minutes
		in.Attendees = append(in.Attendees, member)
	}
	return in
}

func TestTheCertificatesOfAGroupAreOneForEachWhoCame(t *testing.T) {
	in := closed(t)
	paper := composed(t, document.Certificats, in)
	if len(paper.Parts) != 2 {
		t.Fatalf("%d parts", len(paper.Parts))
	}
	for i, want := range [][]string{{"Anne-Lise Le Goff", "3\u00a0h"}, {"Idriss N’Diaye", "1\u00a0h\u00a035"}} {
		said := text(document.Paper{Parts: paper.Parts[i : i+1]})
		for _, w := range want {
			if !strings.Contains(said, w) {
				t.Errorf("certificate %d lacks %q:\n%s", i, w, said)
			}
		}
		if other := [][]string{{"Anne-Lise"}, {"Idriss"}}[1-i][0]; strings.Contains(said, other) {
			t.Errorf("certificate %d names %s", i, other)
		}
	}
	in.Attendees = nil
	if err := document.Check(document.Certificats, in); enrolment.KindOf(err) != enrolment.KindNotFound {
		t.Error("nobody came:", err)
	}
	if err := document.Check(document.Certificats, council(t)); enrolment.KindOf(err) != enrolment.KindNotFound {
		t.Error("not closed:", err)
	}
	write(t, "certificats-groupe", render(t, document.Certificats, closed(t)))
}
