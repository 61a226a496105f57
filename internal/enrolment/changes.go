package enrolment

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// Face is a digest of what people see and change of a file: it stays while only the mails go on.
func (e Enrolment) Face() string {
	h := sha256.New()
	contact := Contact{}
	if e.Contact != nil {
		contact = *e.Contact
	}
	fmt.Fprintf(h, "%q %q %q %q %q %q %q %d %d %d %t %t %d ", e.ID, e.SessionID, e.Status, e.Mode, e.Person, e.Mandate, contact,
		e.OfferedUntil.UnixMilli(), e.CancelledAt.UnixMilli(), e.WithdrawnAt.UnixMilli(), e.RemindersOff, e.Unreachable, e.LinkRevision)
	for _, k := range sortedKeys(e.Steps) {
		fmt.Fprintf(h, "%s %d %s ", k, e.Steps[k].At.UnixMilli(), e.Steps[k].By)
	}
	for _, k := range sortedKeys(e.Marks) {
		fmt.Fprintf(h, "%s %t %d ", k, e.Marks[k].Done, e.Marks[k].Until.UnixMilli())
	}
	if r := e.Reply; r != nil {
		fmt.Fprintf(h, "%q %d %d %d ", r.Answer.Given, r.Answer.At.UnixMilli(), r.Billing.At.UnixMilli(), r.Return.At.UnixMilli())
		if g := r.Signature; !g.At.IsZero() {
			fmt.Fprintf(h, "signed %d %d %t ", g.At.UnixMilli(), g.Organisation.At.UnixMilli(), e.SignedByAuthority())
		}
		for _, w := range r.Words {
			fmt.Fprintf(h, "%s %s %t %d ", w.Step, w.By, w.Done, w.At.UnixMilli())
		}
	}
	if e.PaidBy != nil {
		fmt.Fprintf(h, "paid by %q ", *e.PaidBy)
	}
	if c := e.Contract; c != nil {
		fmt.Fprintf(h, "contract %s %d ", c.Number, c.SignedAt.UnixMilli())
	}
	if e.Needs != "" {
		fmt.Fprintf(h, "needs %q ", e.Needs)
	}
	if e.Relay.Revision > 0 || len(e.Relay.Hushed) > 0 {
		fmt.Fprintf(h, "relay %d %d ", e.Relay.Revision, len(e.Relay.Hushed))
	}
	if e.Group != nil {
		fmt.Fprintf(h, "%v ", e.Group.Lines)
	}
	if e.Attendance != nil {
		fmt.Fprintf(h, "attended %d %d", e.Attendance.ClosedAt.UnixMilli(), e.Attendance.Minutes())
	}
	if e.Invoice != "" {
		fmt.Fprintf(h, "invoice %s", e.Invoice)
	}
	if len(e.Credited) > 0 {
		fmt.Fprintf(h, "credited %v", e.Credited)
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

func creditsText(e Enrolment) string {
	var numbers []string
	for _, c := range e.Credited {
		numbers = append(numbers, c.Credit)
	}
	return strings.Join(numbers, ", ")
}

func sortedKeys[K ~string, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Changes says what an act changed of a file, in codes that whoever shows them puts into words: status, mode, session, contact,
// the person's fields, and the steps.
func Changes(before, after Enrolment) (changes []Change) {
	add := func(field, b, a string) {
		if a != b {
			changes = append(changes, Change{field, b, a})
		}
	}
	add("status", string(before.Status), string(after.Status))
	add("funding", string(before.Mode), string(after.Mode))
	add("session", before.SessionID, after.SessionID)
	p, q := before.Person, after.Person
	add("title", p.Title, q.Title)
	add("firstName", p.FirstName, q.FirstName)
	add("lastName", p.LastName, q.LastName)
	add("birthName", p.BirthName, q.BirthName)
	add("email", p.Email, q.Email)
	add("phone", p.Phone, q.Phone)
	add("contact", contactText(before.Contact), contactText(after.Contact))
	add("payer", payerText(before.PaidBy), payerText(after.PaidBy))
	add("letters", quietText(before), quietText(after))
	add("steps", stepsText(before), stepsText(after))
	if before.ToProve() != after.ToProve() {
		add("toProve", fmt.Sprint(before.ToProve()), fmt.Sprint(after.ToProve()))
	}
	var r, t Reply
	if before.Reply != nil {
		r = *before.Reply
	}
	if after.Reply != nil {
		t = *after.Reply
	}
	add("answer", r.Answer.text(), t.Answer.text())
	add("billing", r.Billing.text(), t.Billing.text())
	add("return", r.returned(), t.returned())
	add("people", peopleText(before), peopleText(after))
	add("invoice", before.Invoice, after.Invoice)
	add("credit", creditsText(before), creditsText(after))
	add("attendance", attendanceText(before.Attendance), attendanceText(after.Attendance))
	if before.Unreachable != after.Unreachable {
		add("unreachable", fmt.Sprint(before.Unreachable), fmt.Sprint(after.Unreachable))
	}
	return changes
}

func contactText(c *Contact) string {
	if c == nil {
		return ""
	}
	return strings.TrimSpace(c.Name + " " + c.Email)
}

// quietText says whether the contact asked not to be written to.
func quietText(e Enrolment) string {
	if e.ContactQuiet().IsZero() {
		return ""
	}
	return "stopped"
}

func peopleText(e Enrolment) string {
	var names []string
	for _, m := range e.Seated() {
		names = append(names, m.Name)
	}
	return strings.Join(names, ", ")
}

func stepsText(e Enrolment) string {
	var done []string
	for _, k := range append(slices.Clone(e.Mode.Steps()), StepProposal) {
		if _, ok := e.Steps[k]; ok && e.Mode.HasStep(k) {
			done = append(done, string(k))
		}
	}
	return strings.Join(done, ", ")
}

func (a Answer) text() string {
	return strings.TrimSpace(strings.Join([]string{string(a.Given), a.Ground, a.Detail}, " "))
}

func (b Billing) text() string {
	switch {
	case b.At.IsZero():
		return ""
	case b.Unknown:
		return "unknown"
	}
	var parts []string
	for _, p := range []string{b.SIRET, b.Service, b.Commitment, b.Address} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ", ")
}

func (r Reply) returned() string {
	switch {
	case !r.Signature.Organisation.At.IsZero():
		return "both"
	case !r.Signature.At.IsZero():
		return "online"
	case r.Return.At.IsZero():
		return ""
	}
	return "signed"
}

// attendanceText gives the minutes attended and planned.
func attendanceText(a *Attendance) string {
	if a == nil {
		return ""
	}
	return fmt.Sprintf("%d / %d min", a.Minutes(), a.Planned())
}
