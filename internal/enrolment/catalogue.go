package enrolment

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// Organisation is the training organisation: its papers, never assumed (see Missing in package document for what
// each paper must carry). Dates are whole days in Europe/Paris ("2027-06-30"); empty when unknown.
type Organisation struct {
	Name           string // raison sociale
	LegalForm      string // e.g. "Association loi 1901"
	SIRET          string // 14 digits
	NDA            string // numéro de déclaration d'activité, when it has one
	NDARegion      string
	Agrement       Agrement
	Qualiopi       string // certificate number, "" when not certified
	VAT            VAT
	Address        []string // postal address, a line each
	Email          string   // Reply-To of every mail
	Phone          string
	Website        string
	Representative Signatory // who signs
	SignsOnline    bool      // conventions may be signed online; somebody of the team countersigns
	DPOContact     string    // e-mail for personal-data requests
	Publisher      string    // directeur de la publication
	Host           string    // hébergeur, as the law asks
	Mediator       string    // médiateur de la consommation
	PaymentTerms   string    // sentence in French
	EarlyStopTerms string    // what is owed when the training stops early or the trainee gives up (Code du travail, L6353-4, 5°)
	IBAN           string
	InternalRules  string // address of the règlement intérieur
	Logo           string // path of a PNG or JPEG among the catalogue's files, "" for none
	LogoImage      []byte // that file's content, read when the catalogue is applied; see document.CheckLogo
	AlertEmail     string // where staff alerts go (unreachable file…)
	AnswerDays     *int   // working days it needs to answer a request on Mon Compte Élu, 0 to 2; nil: as long as the rules allow
}

// VATNumber is the organisation's number for VAT within the Union, which is drawn from its SIREN; "" without one.
func (o Organisation) VATNumber() string {
	if len(o.SIRET) != 14 {
		return ""
	}
	siren, err := strconv.Atoi(o.SIRET[:9])
	if err != nil {
		return ""
	}
	return fmt.Sprintf("FR%02d%s", (12+3*(siren%97))%97, o.SIRET[:9])
}

// Signatory is a named signatory and their function.
type Signatory struct{ Name, Function string }

// Agrement is the ministerial approval to train élus (agrément). Start and End are days, inclusive.
type Agrement struct {
	Number     string
	Start, End string // "2006-01-02"
}

// VAT is the organisation's regime. RateBasisPoints is 2000 for 20 %, 0 when exempt; Mention is the sentence a
// devis or invoice must carry when exempt.
type VAT struct {
	Exempt          bool
	RateBasisPoints int
	Mention         string
}

// Tax is what the regime adds to a price before tax, in cents; half a cent goes up.
func (v VAT) Tax(netCents int) int {
	if v.Exempt {
		return 0
	}
	return (netCents*v.RateBasisPoints + 5000) / 10000
}

// Formation is a course of the catalogue. PriceCents is per participant, before tax.
type Formation struct {
	Slug            string
	Title           string
	Summary         string
	Theme           string // theme of the ministerial repertory (répertoire des formations liées à l'exercice du mandat)
	Objective       string
	Programme       []string
	Prerequisites   string
	Audience        string
	Methods         string // moyens pédagogiques
	Evaluation      string
	Outcome         string // sanction de la formation: what the trainee is given at the end
	Accessibility   string
	Trainers        string // diplomas or references of the trainers
	AccessTime      string // délai d'accès
	Hours           float64
	PriceCents      int
	DIFEEligible    bool
	MonCompteElu    string // deep link of the course on Mon Compte Élu, "" when there is none
	Version         string // day of this version of the programme
	MaxParticipants int
}

// Listed is what sessions copy of the formation, with its number on Mon Compte Élu, which stands with them.
func (f Formation) Listed(number string) FormationSummary {
	return FormationSummary{Slug: f.Slug, Title: f.Title, Summary: f.Summary, Theme: f.Theme, Hours: f.Hours,
		PriceCents: f.PriceCents, DIFEEligible: f.DIFEEligible, MonCompteElu: f.MonCompteElu, MonCompteEluNumber: number}
}

// SessionStatus is the organisation's word on a session.
type SessionStatus string

// A session is open until it closes by its date (ClosesAt), or is cancelled by the organisation.
const (
	SessionOpen      SessionStatus = "open"
	SessionCancelled SessionStatus = "cancelled"
)

// HalfDay is one sitting. Instants, stored in UTC, shown in Europe/Paris.
type HalfDay struct{ Start, End time.Time }

// Session is one occurrence of a formation. Taken counts the seats held (reserved, confirmed, attended, offered):
// Taken = number of files holding a seat ≤ Capacity. Waiting counts the files in the queue.
type Session struct {
	ID        string
	Formation FormationSummary // what a list shows, copied from the formation when the catalogue is applied
	VAT       *VAT             // the organisation's when the catalogue was applied; nil in sessions applied before it was kept
	Wording   string           // key of what its papers say, see [Wording]; "" in sessions applied before wordings were kept
	// AnswerDays is the organisation's when the catalogue was applied: working days it needs to answer a request on
	// Mon Compte Élu; nil: as long as the rules allow.
	AnswerDays *int
	HalfDays   []HalfDay // in order, at least one
	Remote     bool      // by video
	Place      string    // "Maison des communes, Nantes", or "À distance (visioconférence)"
	Address    string    // full postal address, "" when remote
	MapURL     string    // "" when none
	VideoURL   string    // "" when in person; who may see it: [Enrolment.VideoURL]
	Access     string    // how to get there, parking, accessibility
	Capacity   int
	Minimum    int
	Taken      int
	Waiting    int
	ClosesAt   time.Time // no enrolment from this instant on
	Status     SessionStatus
	Revision   int            // grows each time the organisation moves it (dates or place) or cancels it
	Sittings   int            // the most half-days it has had, when it has fewer now: diaries may hold as many
	Told       int            // last revision of which every live file has been told
	Was        *Occasion      // when and where it was before it last moved, as its holders had been told; nil when it never did
	Unproved   []UnprovedSeat // seats whose holders' addresses nobody has proved yet

	// Counters are the shares that Capacity, Taken and Waiting are the sums of, as the store read them; the store's own
	// business, handed back to it in an act.
	Counters []Counter
}

// LongestSession is the most that may lie between the first half-day of a session and the end of its last one. A list of the sessions that
// ended in a span looks for their beginning as far back: no longer one is published.
const LongestSession = 366 * 24 * time.Hour

// Occasion is when and where a session takes place.
type Occasion struct {
	HalfDays       []HalfDay
	Remote         bool
	Place, Address string
}

// SameDates tells whether the session's half-days are those of the occasion.
func (o Occasion) SameDates(s Session) bool {
	return slices.EqualFunc(o.HalfDays, s.HalfDays, func(a, b HalfDay) bool { return a.Start.Equal(b.Start) && a.End.Equal(b.End) })
}

// Counter is one share of a session's counts. A session has several, so that people who enrol at the same instant seldom
// meet on one item of the table.
type Counter struct {
	Capacity, Taken, Waiting int
	Queueing                 bool // people may wait: said on every counter by the first who does, until someone finds that nobody does
	Unproved                 []UnprovedSeat
}

// UnprovedSeat is a seat of [Enrolment.Unproved].
type UnprovedSeat struct {
	FileID string
	Until  time.Time // from then on it goes to whoever waits or comes; to the second
}

// Overdue gives the seats that nobody proved in time, the oldest first.
func (s Session) Overdue(now time.Time) (seats []UnprovedSeat) {
	for _, u := range s.Unproved {
		if !now.Before(u.Until) {
			seats = append(seats, u)
		}
	}
	slices.SortFunc(seats, func(a, b UnprovedSeat) int {
		return cmp.Or(a.Until.Compare(b.Until), cmp.Compare(a.FileID, b.FileID))
	})
	return seats
}

// UnprovedRoom says how many more seats of the session may be unproved when so many in all may. Each counter may name its share of them,
// so that no two who come at once pass the whole together; wherever the seats themselves are counted.
func (s Session) UnprovedRoom(most int) (whole int, shares []int) {
	before, capacity, room := 0, max(s.Capacity, 1), 0
	for _, n := range s.Counters {
		share := most*(before+n.Capacity)/capacity - most*before/capacity
		before += n.Capacity
		shares, room = append(shares, share), room+max(share-len(n.Unproved), 0)
	}
	return max(min(room, most-len(s.Unproved)), 0), shares
}

// FormationSummary is the part of a formation that lists and mails show.
type FormationSummary struct {
	Slug, Title, Summary, Theme string
	Hours                       float64
	PriceCents                  int
	DIFEEligible                bool
	MonCompteElu                string
	MonCompteEluNumber          string // what to type there to find the course, "" when unknown
}

// Moved tells whether the session is not when or where it was: what its people must be told.
func (s Session) Moved(was Session) bool {
	return s.Remote != was.Remote || s.Place != was.Place || s.Address != was.Address || s.VideoURL != was.VideoURL ||
		!Occasion{HalfDays: was.HalfDays}.SameDates(s)
}

// Start is the beginning of the first half-day.
func (s Session) Start() time.Time { return s.HalfDays[0].Start }

// End is the end of the last half-day.
func (s Session) End() time.Time { return s.HalfDays[len(s.HalfDays)-1].End }

// TaxedCents is what a participant pays, all taxes included; ok is false while the session does not carry its VAT.
func (s Session) TaxedCents() (cents int, ok bool) {
	if s.VAT == nil {
		return 0, false
	}
	return s.Formation.PriceCents + s.VAT.Tax(s.Formation.PriceCents), true
}

// SeatsLeft never goes below zero: nobody is given a freed seat past the queue, so a session with people waiting has none left.
func (s Session) SeatsLeft() int {
	if s.Waiting > 0 || s.Taken >= s.Capacity {
		return 0
	}
	return s.Capacity - s.Taken
}

// Closed tells whether nobody can enrol at now: cancelled, or past its closing.
func (s Session) Closed(now time.Time) bool {
	return s.Status == SessionCancelled || !now.Before(s.ClosesAt)
}
