package catalogue

import (
	"strconv"
	"strings"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/plain"
)

// remotePlace is the place of a session by video that names none.
const remotePlace = "À distance (visioconférence)"

func (r *reader) session(s *section) {
	before := len(r.faults)
	id := s.id("id", "session")
	session := enrolment.Session{
		Formation: r.summaryFor(s), VAT: r.promisedVAT(), AnswerDays: r.catalogue.Organisation.AnswerDays,
		Remote:   s.boolean("remote"),
		VideoURL: s.url("videoUrl"),
		MapURL:   s.url("mapUrl"),
		Access:   s.text("access", longText),
		Status:   enrolment.SessionOpen,
	}
	readPlace(s, &session)
	if f, ok := r.formations[session.Formation.Slug]; ok {
		session.Wording = r.catalogue.wording(f.Formation).Key()
	}
	session.Capacity = s.integer("capacity", 1, 5000)
	session.Minimum = 1
	if s.has("minimum") {
		session.Minimum = s.integer("minimum", 1, 5000)
	} else {
		s.ask("minimum")
	}
	r.closeToDIFE(s, &session)
	if s.boolean("cancelled") {
		session.Status = enrolment.SessionCancelled
	}
	written := s.halfDays()
	closing, closingOK := s.closing()
	s.end()
	if id != "" {
		if first, twice := r.catalogue.lines[id]; twice {
			s.refuse("id", "est déjà pris ligne %d : donnez un autre nom à l’une des deux.", first)
		}
		if _, there := r.ground.Session(id); !there && !r.exported && occurrence().MatchString(id) {
			s.refuse("id", "ne peut pas finir par un tiret et huit chiffres : cette fin est réservée aux dates relatives.")
		}
		r.catalogue.lines[id] = s.at("id")
	}
	if session.Minimum > session.Capacity && session.Capacity > 0 {
		s.refuse("minimum", "(%d) dépasse le nombre de places (%d).", session.Minimum, session.Capacity)
	}
	if len(written) == 0 || id == "" {
		return
	}
	relative := written[0].date.relative()
	first, kept := r.firstDay(id, written[0].date)
	session.ID = id
	if relative {
		session.ID = id + "-" + strings.ReplaceAll(first, "-", "")
		if kept != nil {
			session.ID = kept.ID
		}
		r.catalogue.lines[session.ID] = s.at("id")
		if kept == nil && session.Status == enrolment.SessionCancelled {
			return // already cancelled, or never applied: there is no date to cancel
		}
	}
	if !r.schedule(s, &session, written, first) {
		return
	}
	if !closingOK || !closing.apply(s, &session, first) {
		return
	}
	if !session.Start().After(r.ground.Now) {
		r.catalogue.Begun = append(r.catalogue.Begun, session.ID)
		return
	}
	r.checkRules(s, session)
	if len(r.faults) == before {
		r.catalogue.Sessions = append(r.catalogue.Sessions, session)
	}
}

// promisedVAT is the regime that whoever enrols on the session is promised.
func (r *reader) promisedVAT() *enrolment.VAT {
	vat := r.catalogue.Organisation.VAT
	return &vat
}

// summaryFor looks up the formation that a session names.
func (r *reader) summaryFor(s *section) enrolment.FormationSummary {
	name := s.needText("formation", 60)
	if name == "" || len(r.formations) == 0 { // without any formation, the fault is theirs
		return enrolment.FormationSummary{}
	}
	f, ok := r.formations[name]
	if !ok {
		known := make([]string, 0, len(r.formations))
		for _, f := range r.catalogue.Formations {
			known = append(known, f.Slug)
		}
		if near, ok := nearest(name, known); ok {
			s.refuse("formation", "nomme une formation qui n’existe pas : « %s ». Vouliez-vous dire « %s » ?", printable(name), near)
		} else {
			s.refuse("formation", "nomme une formation qui n’existe pas : « %s ». Formations du fichier : %s.", printable(name), strings.Join(known, ", "))
		}
		return enrolment.FormationSummary{}
	}
	return f.Listed(f.number)
}

// closeToDIFE lets a session of an eligible formation be closed to DIFE (a large group), never the reverse.
func (r *reader) closeToDIFE(s *section, session *enrolment.Session) {
	eligible := s.boolean("difeEligible")
	if !s.has("difeEligible") {
		return
	}
	if eligible && session.Formation.Slug != "" && !session.Formation.DIFEEligible {
		s.refuse("difeEligible", "ne peut pas être true : la formation n’est pas ouverte au DIFE.")
	}
	session.Formation.DIFEEligible = session.Formation.DIFEEligible && eligible
}

// readPlace reads where a session is held: an address in person, none by video.
func readPlace(s *section, session *enrolment.Session) {
	if !session.Remote {
		session.Place = s.needText("place", shortText)
		session.Address = s.needText("address", shortText)
		if s.has("videoUrl") {
			s.refuse("videoUrl", "ne va qu’avec « remote: true » : retirez-le, ou dites que la session est à distance.")
		}
		return
	}
	if session.Place = s.text("place", shortText); session.Place == "" {
		session.Place = remotePlace
	}
	for _, key := range []string{"address", "mapUrl"} {
		if s.has(key) {
			s.refuse(key, "ne va pas avec « remote: true » : retirez l’un des deux.")
		}
		s.asked = append(s.asked, key)
	}
}

// writtenHalfDay is a half-day as the file has it.
type writtenHalfDay struct {
	*section
	date       day
	start, end string
}

// longestNight is how long a half-day that ends after midnight may last: beyond, its hours are a slip. Those that do so are
// for élus of other time zones: 9 in the morning in Nouméa is 23:00 in Paris.
const longestNight = 6 * time.Hour

// overnight tells whether the half-day ends on the day after.
func (w writtenHalfDay) overnight() bool { return w.end <= w.start }

// night is how long a half-day that ends after midnight lasts, without change of clock; 0 for one within a day.
func (w writtenHalfDay) night() time.Duration {
	if !w.overnight() {
		return 0
	}
	start, _ := time.Parse("15:04", w.start)
	end, _ := time.Parse("15:04", w.end)
	return end.AddDate(0, 0, 1).Sub(start)
}

// halfDays reads the half-days; nil when one cannot be read.
func (s *section) halfDays() []writtenHalfDay {
	name := func(rank int) string { return s.name + ", demi-journée nº " + strconv.Itoa(rank) }
	list, whole := []writtenHalfDay{}, true
	for _, sub := range s.sections("halfDays", name) {
		h := writtenHalfDay{section: sub}
		var dateOK, startOK, endOK bool
		h.date, dateOK = sub.dayField("date")
		h.start, startOK = sub.clock("start")
		h.end, endOK = sub.clock("end")
		sub.end()
		if startOK && endOK && h.night() > longestNight {
			sub.refuse("end", "(%s) doit être après le début (%s). Une demi-journée peut finir après minuit, au plus six heures après son début ; plus longue, coupez-la en deux.", h.end, h.start)
			endOK = false
		}
		if dateOK && len(list) > 0 && h.date.relative() != list[0].date.relative() {
			sub.refuse("date", "doit être écrite comme celle de la première demi-journée : toutes relatives, ou toutes du calendrier.")
			dateOK = false
		}
		whole = whole && dateOK && startOK && endOK
		list = append(list, h)
	}
	if !whole {
		return nil
	}
	return list
}

// firstDay gives the day of the first half-day. A relative session that is in the table keeps it: kept is that session.
func (r *reader) firstDay(id string, d day) (date string, kept *enrolment.Session) {
	if !d.relative() {
		return d.absolute, nil
	}
	for i, s := range r.ground.Sessions {
		if strings.HasPrefix(s.ID, id+"-") && len(s.ID) == len(id)+9 && occurrence().MatchString(s.ID) && s.Start().After(r.ground.Now) {
			return parisDay(s.Start()), &r.ground.Sessions[i]
		}
	}
	return workingDay(d.from(parisDay(r.ground.Now))), nil
}

// schedule places the half-days on the calendar, from the day of the first, and refuses those that are out of order,
// overlap, or do not add up to the formation's hours.
func (r *reader) schedule(s *section, session *enrolment.Session, written []writtenHalfDay, first string) bool {
	before := len(r.faults)
	date, previous := first, written[0].date
	for _, w := range written {
		date = w.on(date, previous, written[0].date, first)
		previous = w.date
		h, ok := w.place(date)
		if !ok {
			continue
		}
		if n := len(session.HalfDays); n > 0 && h.Start.Before(session.HalfDays[n-1].End) {
			w.outOfOrder(h, session.HalfDays[n-1])
		}
		session.HalfDays = append(session.HalfDays, h)
	}
	if len(r.faults) > before {
		return false
	}
	r.checkHours(s, *session)
	if session.End().Sub(session.Start()) > enrolment.LongestSession {
		s.refuse("halfDays", "s’étalent sur plus d’un an : publiez deux sessions, pour que chacune soit comptée dans le rapport de l’année où elle finit.")
	}
	return true
}

// on gives the day of a half-day. A relative one counts from the first, moves to a working day, and never falls on
// the day of a half-day that the file puts before it.
func (w writtenHalfDay) on(date string, previous, origin day, first string) string {
	if !w.date.relative() {
		return w.date.absolute
	}
	if w.date == previous {
		return date
	}
	next := workingDay(addDays(first, w.date.offset-origin.offset))
	if w.date.offset > previous.offset && next <= date {
		next = workingDay(addDays(date, 1))
	}
	return next
}

func (w writtenHalfDay) place(date string) (h enrolment.HalfDay, ok bool) {
	start, err := instant(date, w.start)
	if err != nil {
		w.refuse("start", "%s", err)
		return h, false
	}
	if w.overnight() {
		date = addDays(date, 1)
	}
	end, err := instant(date, w.end)
	if err != nil {
		w.refuse("end", "%s", err)
		return h, false
	}
	return enrolment.HalfDay{Start: start, End: end}, true
}

func (w writtenHalfDay) outOfOrder(h, before enrolment.HalfDay) {
	if h.End.After(before.Start) {
		w.refuse("start", "(%s) est avant la fin de la demi-journée précédente : elles se chevauchent.", w.start)
		return
	}
	w.refuse("date", "est avant la demi-journée précédente : mettez les demi-journées dans l’ordre.")
}

func (r *reader) checkHours(s *section, session enrolment.Session) {
	var total time.Duration
	for _, h := range session.HalfDays {
		total += h.End.Sub(h.Start)
	}
	want := session.Formation.Hours
	if want > 0 && total != time.Duration(want*float64(time.Hour)) {
		s.refuse("halfDays", "font %s heures en tout, la formation en annonce %s : corrigez l’un ou l’autre (le prix horaire et les papiers en dépendent).",
			frenchNumber(total.Hours()), frenchNumber(want))
	}
}

func frenchNumber(f float64) string {
	return strings.ReplaceAll(strconv.FormatFloat(f, 'f', -1, 64), ".", ",")
}

// closingTime is when enrolment ends, as written.
type closingTime struct {
	date day
	hour string // "" for the beginning of the session
}

// closing reads "2027-01-12 18:00", or "-2 18:00" (days before the first half-day). Absent: the session's beginning.
func (s *section) closing() (c closingTime, ok bool) {
	f, ok := s.ask("closesAt")
	if !ok {
		return closingTime{}, true
	}
	raw, _ := scalarOf(f.node)
	date, hour, _ := strings.Cut(plain.Text(raw), " ")
	d, ok := parseDay(date)
	if !ok || !validClock(hour) || (d.relative() && d.offset > 0) {
		s.refuse("closesAt", "doit être un jour et une heure, \"2027-01-12 18:00\", ou un nombre de jours avant le début, \"-2 18:00\".")
		return closingTime{}, false
	}
	return closingTime{date: d, hour: hour}, true
}

func (c closingTime) apply(s *section, session *enrolment.Session, first string) bool {
	session.ClosesAt = session.Start()
	if c.hour == "" {
		return true
	}
	at, err := instant(c.date.from(first), c.hour)
	if err != nil {
		s.refuse("closesAt", "%s", err)
		return false
	}
	if at.After(session.Start()) {
		s.refuse("closesAt", "est après le début de la session : les inscriptions ferment au plus tard quand elle commence.")
		return false
	}
	session.ClosesAt = at
	return true
}
