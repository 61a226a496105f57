package booking

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Council is what a collectivité sends to enrol several of its élus at once, already parsed: two to [enrolment.GroupLimit] people, no
// address twice.
type Council struct {
	Key        string // Idempotency-Key, a UUID
	SessionID  string
	Authority  string
	Contact    enrolment.Contact
	People     []Councillor
	Waits      bool   // who finds no seat waits; otherwise all have one, or nobody does
	BodyDigest string // as of an [Application]
	CountedIn  string // as of an [Application]
	Worked     bool   // as of an [Application]
}

// Councillor is one of them.
type Councillor struct {
	Person  enrolment.Person
	Mandate enrolment.MandateKind
}

// Party is a group's file, and those of its people, in the order in which they were sent.
type Party struct {
	File
	Members []enrolment.Enrolment
}

// EnrolGroup holds a seat for each, all or none; when the rest may wait, whoever finds none has a place in the queue, in the order of
// the table. All is one transaction: the people's files, and the group's. The same key and body answer the same files again. Somebody
// who has a live file on the session gets a decoy, as in [Desk.Enrol], and shows a seat like any other.
// Refusals: as Enrol's, and an invalid field "rest" when there are too few seats and the rest may not wait.
func (d *Desk) EnrolGroup(ctx context.Context, c Council) (Party, error) {
	var tickets []int64
	p, err := attempt(ctx, func(ctx context.Context) (Party, error) { return d.enrolGroup(ctx, c, &tickets) })
	waits := slices.ContainsFunc(p.Members, func(e enrolment.Enrolment) bool { return e.Status == enrolment.Waiting })
	if err == nil && waits && p.Session.Taken < p.Session.Capacity {
		_ = d.Fill(ctx, c.SessionID) // a decoy left a seat; the sweep offers it otherwise
	}
	return p, err
}

func (d *Desk) enrolGroup(ctx context.Context, c Council, tickets *[]int64) (Party, error) {
	id, now := FileID("group "+c.Key), d.now()
	emails := make([]string, 0, len(c.People))
	for _, p := range c.People {
		emails = append(emails, p.Person.Email)
	}
	s, mine, owners, err := d.store.LookAll(ctx, c.SessionID, id, emails)
	if err != nil {
		return Party{}, err
	}
	if mine != nil {
		return d.replayGroup(ctx, *mine, s, c)
	}
	if err := d.admit(s, enrolment.Collectivite, "", now); err != nil {
		return Party{}, err
	}
	seats := min(s.SeatsLeft(), len(c.People))
	if seats < len(c.People) && !c.Waits {
		return Party{}, tooFew(seats, len(c.People))
	}
	most, err := d.mayBeUnproved(s, seats, c.Worked, now)
	if err != nil {
		return Party{}, err
	}
	for len(*tickets) < len(c.People)-seats {
		n, err := d.store.Ticket(ctx, s.ID)
		if err != nil {
			return Party{}, err
		}
		*tickets = append(*tickets, n)
	}
	act := enrolment.Act{At: now, Sessions: []enrolment.Session{s}, MostUnproved: most}
	group := d.newGroup(id, c, s, now)
	for i, p := range c.People {
		e := d.newMember(group, FileID(c.Key+"#"+strconv.Itoa(i)), p, s, now)
		e.CountedIn = c.CountedIn
		if i >= seats {
			e.Status, e.Ticket, e.ReservedAt = enrolment.Waiting, (*tickets)[i-seats], time.Time{}
		}
		tell(&e, joinedOrHeld(e), now)
		group.Group.Lines = append(group.Group.Lines, enrolment.LineOf(e))
		if owner := owners[i]; owner != "" {
			e.Decoy = true
			act.Remarks = append(act.Remarks, alreadyEnrolled(owner, now))
			act.Idle = act.Idle || i < seats
		}
		act.Moves = append(act.Moves, enrolment.Move{After: e, Reason: "session full"})
	}
	if seats == 0 {
		group.Status, group.ReservedAt = enrolment.Waiting, time.Time{}
	}
	act.Moves = append(act.Moves, enrolment.Move{After: group})
	if err := d.store.Commit(ctx, act); err != nil {
		return Party{}, err
	}
	return party(group, act.Moves[:len(c.People)], afterLeaving(s, act)), nil
}

// mayBeUnproved is the cap of what nobody has proved of a session, for several seats at once, and gives how many may be: the table holds
// them to it.
func (d *Desk) mayBeUnproved(s enrolment.Session, seats int, worked bool, now time.Time) (most int, err error) {
	work, most := d.rules.MostUnproved(s.Capacity, now)
	room, _ := s.UnprovedRoom(most)
	switch {
	case seats == 0:
		return most, nil
	case len(s.Unproved)+seats > work && !worked:
		return most, enrolment.AskWork()
	case seats <= room:
		return most, nil
	}
	text := "Trop de places de cette session attendent d’être confirmées par e-mail. Inscrivez chaque élu séparément\u00a0: sa place lui est donnée quand il ouvre le lien reçu. Vous pouvez aussi nous appeler."
	if room > 0 {
		text = "Pour cette session, le nombre de places à confirmer par e-mail est limité. Inscrivez d’abord " + strconv.Itoa(room) + " élu" + plural(room) + ", puis les autres quand ils auront ouvert le lien reçu. Vous pouvez aussi nous appeler."
	}
	return most, enrolment.Refuse(enrolment.KindConflict, text)
}

func party(group enrolment.Enrolment, moves []enrolment.Move, s enrolment.Session) Party {
	p := Party{File: File{Enrolment: group, Session: group.Promised(s)}}
	for _, m := range moves {
		p.Members = append(p.Members, m.After)
	}
	return p
}

// newGroup is the group's file: whoever enrols a council has its request already.
func (d *Desk) newGroup(id string, c Council, s enrolment.Session, now time.Time) enrolment.Enrolment {
	contact := c.Contact
	a := Application{
		Mode: enrolment.Collectivite, Person: enrolment.GroupName(c.Authority), Contact: &contact, BodyDigest: c.BodyDigest,
		Mandate: enrolment.Mandate{Kind: c.People[0].Mandate, Authority: c.Authority},
	}
	e := newFile(id, a, s, now)
	e.Group, e.ProveBy = &enrolment.Group{}, d.rules.ProofEnd(now)
	e.Steps[enrolment.StepDemande] = enrolment.StepDone{At: now, By: enrolment.ByAuthority}
	return e
}

func (d *Desk) newMember(group enrolment.Enrolment, id string, p Councillor, s enrolment.Session, now time.Time) enrolment.Enrolment {
	contact := *group.Contact
	e := newFile(id, Application{
		Mode: enrolment.Collectivite, Person: p.Person, Contact: &contact, BodyDigest: group.BodyDigest,
		Mandate: enrolment.Mandate{Kind: p.Mandate, Authority: group.Mandate.Authority},
	}, s, now)
	e.PartOf, e.ProveBy = group.ID, d.rules.ProofEnd(now)
	e.Steps[enrolment.StepDemande] = enrolment.StepDone{At: now, By: enrolment.ByAuthority}
	return e
}

func tooFew(seats, people int) error {
	text := "Cette session est complète\u00a0: aucune place n’a été prise."
	if seats > 0 {
		text = "Il reste " + strconv.Itoa(seats) + " place" + plural(seats) + " pour " + strconv.Itoa(people) + " personnes\u00a0: aucune n’a été prise."
	}
	return &enrolment.Error{Kind: enrolment.KindInvalid, Fields: map[string]string{
		"rest": text + " Inscrivez moins de personnes, ou choisissez que les autres attendent.",
	}}
}

func plural(n int) string {
	if n > 1 {
		return "s"
	}
	return ""
}

// replayGroup answers a repeated request with the files that it made.
func (d *Desk) replayGroup(ctx context.Context, mine enrolment.Enrolment, s enrolment.Session, c Council) (Party, error) {
	if _, err := d.replay(ctx, mine, Application{BodyDigest: c.BodyDigest}); err != nil {
		return Party{}, err
	}
	ids := make([]string, 0, len(c.People))
	for i := range c.People {
		ids = append(ids, FileID(c.Key+"#"+strconv.Itoa(i)))
	}
	members, err := d.store.Files(ctx, ids)
	return Party{File: File{Enrolment: mine, Session: mine.Promised(s), Replayed: true}, Members: members}, err
}

// members adds to an act on a group's file the same change of its people's. A file that cannot change so (its holder waits, and there
// is no convention yet), or is so already, stays as it is.
func (d *Desk) members(ctx context.Context, act *enrolment.Act, c change) error {
	group := act.Moves[0].After
	if group.Group == nil {
		return nil
	}
	ids := make([]string, 0, len(group.Group.Lines))
	for _, l := range group.Group.Lines {
		ids = append(ids, l.FileID)
	}
	files, err := d.store.Files(ctx, ids)
	if err != nil {
		return err
	}
	for _, e := range files {
		after := next(e, act.At)
		switch err := c(&after, act.Sessions[0], act.At); {
		case err == nil:
			act.Moves = append(act.Moves, enrolment.Move{Before: e, After: after, Reason: act.Moves[0].Reason})
		case !errors.Is(err, errUnchanged) && enrolment.KindOf(err) == "":
			return err
		}
	}
	return nil
}

// followed is a store where the file of a group follows what becomes of its members, in the same transaction: whatever the act, and
// whoever asks for it.
type followed struct{ Store }

func (f followed) Commit(ctx context.Context, act enrolment.Act) error {
	groups := map[string]int{} // place of a group's move
	for _, m := range act.Moves {
		if !m.Tells() {
			continue
		}
		id := m.Before.PartOf
		i, known := groups[id]
		if !known {
			e, err := f.File(ctx, id)
			if enrolment.KindOf(err) == enrolment.KindNotFound {
				continue // erased: nobody has its papers any more
			}
			if err != nil {
				return err
			}
			act.Moves = append(slices.Clip(act.Moves), enrolment.Move{Before: e, After: e})
			i = len(act.Moves) - 1
			groups[id] = i
		}
		if err := f.follow(ctx, act, &act.Moves[i], m); err != nil {
			return err
		}
	}
	act.Moves = slices.DeleteFunc(slices.Clone(act.Moves), func(m enrolment.Move) bool {
		return m.Before.Group != nil && m.Before.Version == m.After.Version
	})
	return f.Store.Commit(ctx, act)
}

// follow makes the group's move follow one member's; several in one act are one new version.
func (f followed) follow(ctx context.Context, act enrolment.Act, group *enrolment.Move, m enrolment.Move) error {
	i := slices.IndexFunc(act.Sessions, func(s enrolment.Session) bool { return s.ID == group.Before.SessionID })
	var s enrolment.Session
	if i >= 0 {
		s = act.Sessions[i]
	} else {
		var err error
		if s, err = f.Session(ctx, group.Before.SessionID); err != nil {
			return err
		}
	}
	after, changed := group.After.Follow(m, s, act.At)
	if changed {
		after.Version = group.Before.Version + 1
		if m.Certifies() && m.After.PartOf == after.ID {
			tell(&after, enrolment.NoticeCertificate, act.At) // the contact gets all of the group's at once
		}
		group.After = after
	}
	return nil
}
