package rush

import "testing"

// The promises that the bench measures at full size: nobody without a seat, nobody without a confirmation, none twice.
func TestAnOpeningSeatsAndConfirmsEverybody(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	m, err := Small.measure(t.Context(), "../../..", true)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.answers) != Small.People || len(m.mails) != Small.People || m.lastMail < m.mails[0] {
		t.Errorf("%+v", m)
	}
}
