package booking_test

import (
	"context"
	"testing"

	"github.com/echarpe/echarpe/internal/enrolment"
)

func TestWhoAsksForTheirLinksCanBeWrittenToAgain(t *testing.T) {
	r := newRoom(t)
	r.session("s1", 5)
	r.session("s2", 5)
	first := r.enrol("s1", 1).Enrolment
	r.clock.advance(1)
	second := r.enrol("s2", 1).Enrolment
	for _, id := range []string{first.ID, second.ID} {
		if err := r.store.MarkUnreachable(context.Background(), id); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.desk.SendLinks(context.Background(), first.Person.Email); err != nil {
		t.Fatal(err)
	}
	told := 0
	for _, id := range []string{first.ID, second.ID} {
		e := r.file(id).Enrolment
		if e.Unreachable {
			t.Errorf("%s is still marked: its links will never leave", id)
		}
		for _, k := range kinds(e) {
			if k == enrolment.NoticeLinks {
				told++
			}
		}
	}
	if told != 1 {
		t.Errorf("%d messages with the links, want one", told)
	}
	if err := r.store.MarkUnreachable(context.Background(), first.ID); err != nil {
		t.Fatal(err)
	}
	if !r.file(first.ID).Enrolment.Unreachable {
		t.Error("another bounce does not mark it again")
	}
}
