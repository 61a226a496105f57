package catalogue

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/lazy"
	"github.com/echarpe/echarpe/internal/spread"
	"github.com/echarpe/echarpe/internal/words"
)

// Editor changes one thing of the catalogue for somebody in the browser. What a form says is written as a file of that thing alone and
// read by the readers of files: the same rules, in the same words. The audit's line is in the write's own transaction.
type Editor struct {
	Table EditedTable
	Rules Rules
	Now   func() time.Time
}

// EditedTable is what an editor needs of the store.
type EditedTable interface {
	Table
	Session(ctx context.Context, id string) (enrolment.Session, error)
}

// Outcome is what a change does, or would do.
type Outcome struct {
	Before   *enrolment.Session // nil for a new session
	After    enrolment.Session
	Changes  []Difference
	Cautions []string
}

// Moved tells whether people are told of another date or place.
func (o Outcome) Moved() bool { return o.Before != nil && o.After.Moved(*o.Before) }

// seenOf names what a form was filled from.
func seenOf(text any) string {
	raw, err := json.Marshal(text)
	if err != nil {
		panic("catalogue: a text of plain values: " + err.Error())
	}
	sum := sha256.Sum256(raw)
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10]))
}

// Survey reads what forms are filled from and checked against.
func (e Editor) Survey(ctx context.Context) (Ground, error) {
	g, err := Survey(ctx, e.Table, e.Rules, e.Now())
	if err == nil && g.Organisation == nil {
		err = enrolment.Refuse(enrolment.KindConflict, "Aucun catalogue n’est encore publié. Appliquez d’abord un premier fichier (infra/catalogue).")
	}
	return g, err
}

// copyWithin is how long a request makes sessions copy what it changed; the sweep goes on with the rest.
const copyWithin = 5 * time.Second

// copies makes the sessions to come copy what was changed, for as long as a request may last.
func (e Editor) copies(ctx context.Context) error {
	ctx, done := context.WithTimeout(ctx, copyWithin)
	defer done()
	return spread.All(ctx, e.Table, e.Now())
}

// Settled is Survey for whoever changes something: what a crash left of the change before is done first.
func (e Editor) Settled(ctx context.Context) (Ground, error) {
	g, err := e.Survey(ctx)
	if err != nil || len(g.Edits.Spreading) == 0 {
		return g, err
	}
	if e.copies(ctx) != nil {
		return g, g.settled()
	}
	return e.Survey(ctx)
}

// Read gives a session as its form shows it, and the name of what was seen, to be handed back.
func (e Editor) Read(ctx context.Context, id string) (SessionText, string, error) {
	g, err := e.Survey(ctx)
	if err != nil {
		return SessionText{}, "", err
	}
	s, err := e.editable(ctx, g, id)
	if err != nil {
		return SessionText{}, "", err
	}
	return g.formOf(s)
}

func (g Ground) formOf(s enrolment.Session) (SessionText, string, error) {
	f, _ := g.formation(s.Formation.Slug)
	text := textOfSession(s, f)
	return text, seenOf(text), nil
}

// Copy gives a session, even one that is over or cancelled, as the form of another shows it: without its dates and its name. What
// hangs on its dates (closing, deadlines, reminders) is counted from the new ones.
func (e Editor) Copy(ctx context.Context, id string) (SessionText, error) {
	s, err := e.Table.Session(ctx, id)
	if err != nil {
		return SessionText{}, err
	}
	f, err := e.Table.Formation(ctx, s.Formation.Slug)
	if err != nil {
		return SessionText{}, err
	}
	text := textOfSession(s, f)
	text.ID, text.Cancelled = "", false
	for i := range text.HalfDays {
		text.HalfDays[i].Date = ""
	}
	return text, nil
}

// editable is a session that is to come and was not cancelled.
func (e Editor) editable(ctx context.Context, g Ground, id string) (enrolment.Session, error) {
	s, there := g.Session(id)
	if !there {
		if _, err := e.Table.Session(ctx, id); err != nil {
			return s, err
		}
		return s, enrolment.Refuse(enrolment.KindConflict, "Cette session a commencé : elle ne change plus. Vous pouvez la dupliquer.")
	}
	if s.Status == enrolment.SessionCancelled {
		return s, enrolment.Refuse(enrolment.KindConflict, "Cette session est annulée : les inscrits en sont prévenus. Pour la tenir quand même, dupliquez-la.")
	}
	return s, nil
}

// Save writes a session as a form says, over what was seen ("" for a new one); with preview it only says what it would do. The name of a
// new session is made here when the form gives none: asked again under the name it was given, it is made once.
func (e Editor) Save(ctx context.Context, who enrolment.Actor, text SessionText, seen, reason string, preview bool) (Outcome, error) {
	g, err := e.Settled(ctx)
	if err != nil {
		return Outcome{}, err
	}
	text.Cancelled = false
	var (
		out Outcome
		was SessionText
	)
	if seen != "" {
		had, err := e.editable(ctx, g, string(text.ID))
		if err != nil {
			return out, err
		}
		now := ""
		if was, now, err = g.formOf(had); err != nil || now != seen {
			return out, cmp.Or(err, changed())
		}
		out.Before = &had
	} else if text.ID, err = e.newID(ctx, g, text); err != nil {
		return out, err
	}
	if out.After, out.Cautions, err = g.read(text); err != nil {
		return out, err
	}
	if out.Before != nil {
		f, _ := g.formation(out.After.Formation.Slug)
		out.Changes = differences(was, textOfSession(out.After, f))
	} else if made, err := g.made(out.After); err != nil || made { // the same request again
		return out, err
	}
	if preview || out.Before != nil && len(out.Changes) == 0 {
		return out, nil
	}
	act := "session-edited"
	if out.Before == nil {
		act = "session-created"
	}
	return out, e.publish(ctx, g, who, act, reason, out)
}

func changed() error {
	return &enrolment.Error{Kind: enrolment.KindChanged, Detail: "Cette fiche a changé depuis que vous l’avez ouverte. Rien n’a été écrit : rechargez la page, puis recommencez."}
}

// made tells whether a new session is there already, as it is asked for.
func (g Ground) made(s enrolment.Session) (bool, error) {
	had, there := g.Session(s.ID)
	if !there {
		return false, nil
	}
	f, _ := g.formation(s.Formation.Slug)
	if len(differences(textOfSession(had, f), textOfSession(s, f))) > 0 {
		return false, sameName("session")
	}
	return true, nil
}

func sameName(what string) error {
	return enrolment.Refuse(enrolment.KindConflict, "Une autre "+what+" porte déjà ce nom. Rechargez la page, puis recommencez.")
}

// newID names a new session by its formation and its first day.
func (e Editor) newID(ctx context.Context, g Ground, text SessionText) (line, error) {
	if text.ID != "" {
		if _, there := g.Session(string(text.ID)); there {
			return text.ID, nil
		}
		_, err := e.Table.Session(ctx, string(text.ID))
		if err == nil {
			return "", sameName("session")
		}
		if enrolment.KindOf(err) != enrolment.KindNotFound {
			return "", err
		}
		return text.ID, nil
	}
	day := "session"
	if len(text.HalfDays) > 0 && text.HalfDays[0].Date != "" {
		day = string(text.HalfDays[0].Date)
	}
	base := string(text.Formation)
	return free(strings.Trim(base[:min(len(base), 44)], "-")+"-"+day, func(id string) (bool, error) {
		_, err := e.Table.Session(ctx, id)
		if enrolment.KindOf(err) == enrolment.KindNotFound {
			return false, nil
		}
		return true, err
	})
}

// free is a name that is not taken: the one given, or that with a number.
func free(base string, taken func(name string) (bool, error)) (line, error) {
	for n, name := 2, base; ; n++ {
		is, err := taken(name)
		if err != nil || !is {
			return line(name), err
		}
		name = fmt.Sprintf("%s-%d", base, n)
	}
}

// read writes the file of one session and reads it.
func (g Ground) read(text SessionText) (s enrolment.Session, cautions []string, err error) {
	file := g.text(func(f enrolment.Formation) bool { return f.Slug == string(text.Formation) }, func(enrolment.Session) bool { return false })
	if len(file.Formations) == 0 {
		return s, nil, &enrolment.Error{Kind: enrolment.KindInvalid, Fields: map[string]string{"formation": "Choisissez la formation."}}
	}
	file.Sessions = []SessionText{text}
	c, err := g.parse(file, "sessions.1.")
	switch {
	case err != nil:
		return s, nil, err
	case len(c.Sessions) == 0:
		return s, nil, &enrolment.Error{Kind: enrolment.KindInvalid, Fields: map[string]string{"halfDays.1.date": "La session doit commencer plus tard que maintenant."}}
	}
	return c.Sessions[0], c.cautions, nil
}

// parse reads a file that a form made. The faults of the form's own part are given by field, in the words of a form.
func (g Ground) parse(file fileText, part string) (Catalogue, error) {
	src, err := file.yaml()
	if err != nil {
		return Catalogue{}, err
	}
	g.part = true
	c, err := Read(src, g)
	var faults Faults
	if !errors.As(err, &faults) {
		return c, err
	}
	refused := &enrolment.Error{Kind: enrolment.KindInvalid, Fields: map[string]string{}}
	for _, f := range faults {
		if field, mine := strings.CutPrefix(f.Path, part); !mine {
			refused.Detail = "Une autre partie du catalogue est à corriger d’abord : " + f.Message
		} else if _, twice := refused.Fields[field]; !twice {
			refused.Fields[field] = inForm(field, f.Rest)
		}
	}
	return c, refused
}

// inForm puts what is said of a line of a file into what is said of a field of a form, which it names.
func inForm(field, rest string) string {
	parts := strings.Split(field, ".")
	name := cmp.Or(formNames[field], formNames[parts[len(parts)-1]], "ce champ")
	if len(parts) == 3 { // of a list: "halfDays.2.start"
		name += " de la demi-journée " + parts[1]
	}
	if rest == Missing {
		return "Donnez " + name + "."
	}
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(first)) + name[size:] + " " + formWords.Replace(rest)
}

// formNames are the fields of forms, within a sentence.
var formNames = map[string]string{
	"formation": "la formation", "place": "le lieu", "address": "l’adresse postale", "mapUrl": "le lien du plan", "videoUrl": "le lien de la visioconférence",
	"access": "le texte sur l’accès", "halfDays": "les demi-journées", "date": "le jour", "start": "l’heure de début", "end": "l’heure de fin",
	"closesAt": "la clôture des inscriptions", "capacity": "le nombre de places", "minimum": "le minimum pour ouvrir", "difeEligible": "l’ouverture au DIFE", "remote": "le choix « à distance »",
	"title": "le titre", "summary": "le résumé", "theme": "le thème du répertoire", "objective": "l’objectif", "programme": "le programme", "prerequisites": "les prérequis",
	"audience": "le public visé", "methods": "les moyens pédagogiques", "evaluation": "l’évaluation", "outcome": "la sanction de la formation", "accessibility": "l’accessibilité",
	"trainers": "les formateurs", "accessTime": "le délai d’accès", "hours": "le nombre d’heures", "priceEuros": "le prix", "monCompteElu": "le lien sur Mon Compte Élu",
	"name": "la raison sociale", "legalForm": "la forme juridique", "siret": "le SIRET", "nda": "le numéro de déclaration d’activité", "ndaRegion": "la région de la déclaration d’activité",
	"agrement.number": "le numéro d’agrément", "agrement.start": "le début de l’agrément", "agrement.end": "la fin de l’agrément", "qualiopi": "le certificat Qualiopi",
	"vat.exempt": "l’exonération de TVA", "vat.mention": "la mention d’exonération", "vat.ratePercent": "le taux de TVA", "email": "l’adresse e-mail", "phone": "le téléphone", "website": "le site internet",
	"representative.name": "le nom du signataire", "representative.function": "la fonction du signataire", "dpoContact": "l’adresse pour les données personnelles",
	"publisher": "le directeur de la publication", "host": "l’hébergeur", "mediator": "le médiateur de la consommation", "paymentTerms": "les conditions de paiement",
	"earlyStopTerms": "les conditions d’arrêt anticipé", "iban": "l’IBAN", "internalRules": "le lien du règlement intérieur", "logo": "le logo", "alertEmail": "l’adresse des alertes",
	"difeAnswerDays":     "le délai de réponse au DIFE",
	"onlineSignature":    "la signature des conventions en ligne",
	"monCompteEluNumber": "le numéro sur Mon Compte Élu", "version": "la date du programme", "maxParticipants": "le nombre maximal de participants", "slug": "le nom court",
}

var formWords = strings.NewReplacer(
	"doit être une liste : une ligne « - \"…\" » par élément.", "doit avoir une ligne au moins.", ", sans guillemets", "", " entre guillemets, \"09:00\"", ", comme 09:00", "\"2027-01-14\", ou un nombre de jours à partir d’aujourd’hui, \"+45\"", "comme 14/01/2027",
	" (maxParticipants: ", " (", "Réduisez, ou écrivez « difeEligible: false » sur cette session.", "Réduisez, ou fermez cette session au DIFE.",
	"Baissez le prix, ou écrivez « difeEligible: false » sur cette session.", "Baissez le prix de la formation, ou fermez cette session au DIFE.",
	"avec « remote: true » : retirez-le, ou dites que la session est à distance", "avec une session à distance : retirez-le, ou dites que la session est à distance",
	"avec « remote: true »", "avec une session à distance", " : remplissez-le ou retirez la ligne", "", "Créez une autre session, avec un autre « id ».", "Créez une autre session.",
	", \"2027-01-12 18:00\", ou un nombre de jours avant le début, \"-2 18:00\"", ", avant le début",
)

// FormationOutcome is what a change of a formation does, or would do, to it and to its sessions to come.
type FormationOutcome struct {
	Before   *enrolment.Formation // nil for a new one
	After    enrolment.Formation
	Sessions []enrolment.Session // to come, as they will be
	Changes  []Difference
	Cautions []string
	Left     error // why some sessions are left to the sweep; nil when all copy the change
}

// ReadFormation gives a formation as its form shows it, and the name of what was seen.
func (e Editor) ReadFormation(ctx context.Context, slug string) (FormationText, string, error) {
	g, err := e.Survey(ctx)
	if err != nil {
		return FormationText{}, "", err
	}
	f, there := g.formation(slug)
	if !there {
		return FormationText{}, "", enrolment.Refuse(enrolment.KindNotFound, "Cette formation n’existe pas.")
	}
	text := textOfFormation(f, g.number(slug))
	return text, seenOf(text), nil
}

// SaveFormation writes a formation as a form says, over what was seen ("" for a new one), and what its sessions to come copy of it. Who
// is enrolled keeps what was promised.
func (e Editor) SaveFormation(ctx context.Context, who enrolment.Actor, text FormationText, seen, reason string, preview bool) (out FormationOutcome, err error) {
	g, err := e.Settled(ctx)
	if err != nil {
		return out, err
	}
	had, there := g.formation(string(text.Slug))
	was := textOfFormation(had, g.number(had.Slug))
	switch {
	case seen == "" && text.Slug == "":
		if text.Slug, err = g.newSlug(string(text.Title)); err != nil {
			return out, err
		}
	case seen == "" && there && len(differences(was, text)) > 0:
		return out, sameName("formation")
	case seen != "" && !there:
		return out, enrolment.Refuse(enrolment.KindNotFound, "Cette formation n’existe pas.")
	case seen != "" && seenOf(was) != seen && len(differences(was, text)) > 0:
		return out, changed()
	}
	if out.After, out.Sessions, out.Cautions, err = g.readFormation(text); err != nil {
		return out, err
	}
	if text.MonCompteEluNumber != "" && len(out.Sessions) == 0 { // its sessions carry it
		return out, &enrolment.Error{Kind: enrolment.KindInvalid, Fields: map[string]string{"monCompteEluNumber": "Donnez ce numéro une fois qu’une session à venir est publiée."}}
	}
	if there {
		out.Before, out.Changes = &had, differences(was, textOfFormation(out.After, string(text.MonCompteEluNumber)))
	}
	if preview {
		return out, nil
	}
	if err := e.publishFormation(ctx, g, who, reason, text, out); err != nil {
		return out, err
	}
	if len(out.Sessions) > 0 {
		out.Left = e.copies(ctx)
	}
	return out, nil
}

// newSlug names a new formation by its title.
func (g Ground) newSlug(title string) (line, error) {
	base := strings.Trim(notOfSlug().ReplaceAllString(words.Fold(title), "-"), "-")
	return free(strings.Trim(base[:min(len(base), 40)], "-"), func(slug string) (bool, error) {
		_, taken := g.formation(slug)
		return taken, nil
	})
}

var notOfSlug = lazy.Regexp(`[^a-z0-9]+`)

// readFormation writes the file of a formation and of its sessions to come, and reads it.
func (g Ground) readFormation(text FormationText) (f enrolment.Formation, sessions []enrolment.Session, cautions []string, err error) {
	none := func(enrolment.Formation) bool { return false }
	file := g.text(none, func(s enrolment.Session) bool {
		return s.Formation.Slug == string(text.Slug) && s.Status != enrolment.SessionCancelled
	})
	file.Formations = []FormationText{text}
	c, err := g.parse(file, "formations.1.")
	if err != nil {
		return f, nil, nil, err
	}
	return c.Formations[0], c.Sessions, c.cautions, nil
}

func (e Editor) publishFormation(ctx context.Context, g Ground, who enrolment.Actor, reason string, text FormationText, out FormationOutcome) error {
	f := out.After
	if err := e.keepWording(ctx, g, f); err != nil {
		return err
	}
	if out.Before != nil && len(out.Changes) == 0 {
		return nil
	}
	act := "formation-edited"
	if out.Before == nil {
		act = "formation-created"
	}
	pub := g.edit(enrolment.FormationThing(f.Slug), e.deed(who, act, reason, f.Slug, out.Changes))
	if len(out.Sessions) > 0 {
		pub.Spreads = &enrolment.Spreading{Number: string(text.MonCompteEluNumber), Opened: out.Before != nil && !out.Before.DIFEEligible && f.DIFEEligible}
	}
	return e.Table.PublishFormation(ctx, f, pub)
}

// publish writes what was decided, with its line of the audit, and counts again what the list can be narrowed by.
func (e Editor) publish(ctx context.Context, g Ground, who enrolment.Actor, act, reason string, out Outcome) error {
	f, known := g.formation(out.After.Formation.Slug)
	if known && out.After.Wording != "" {
		if err := e.keepWording(ctx, g, f); err != nil {
			return err
		}
	}
	pub := g.edit(enrolment.SessionThing(out.After.ID), e.deed(who, act, reason, out.After.ID, out.Changes))
	if _, err := e.Table.PublishSession(ctx, out.After, pub); err != nil {
		return err
	}
	return spread.PublishChoices(ctx, e.Table, e.Now())
}

// keepWording keeps what papers say of a formation today.
func (e Editor) keepWording(ctx context.Context, g Ground, f enrolment.Formation) error {
	w := enrolment.Wording{Formation: f, PaymentTerms: g.Organisation.PaymentTerms, EarlyStopTerms: g.Organisation.EarlyStopTerms}
	if err := e.Table.KeepWording(ctx, w); err != nil {
		return fmt.Errorf("keep the wording of %s: %w", f.Slug, err)
	}
	return nil
}

// edit is how the browser writes a thing. The marks of sessions that have begun go: no file changes these any more.
func (g Ground) edit(thing string, deed enrolment.Deed) enrolment.Publication {
	pub := enrolment.Publication{Thing: thing, Seen: g.Edits.Revision, Deed: &deed}
	for marked := range g.Edits.Marks {
		id, isSession := strings.CutPrefix(marked, enrolment.SessionThing(""))
		if _, ahead := g.Session(id); isSession && !ahead && len(pub.Clear) < 50 {
			pub.Clear = append(pub.Clear, marked)
		}
	}
	slices.Sort(pub.Clear)
	return pub
}

// auditMost is how much of a text stands in the audit.
const auditMost = 300

func (e Editor) deed(who enrolment.Actor, act, reason, subject string, changes []Difference) enrolment.Deed {
	d := enrolment.Deed{At: e.Now().UTC(), Actor: who, Act: act, Reason: reason, Changes: []enrolment.Change{{Field: "catalogue", After: subject}}}
	for _, c := range changes {
		d.Changes = append(d.Changes, enrolment.Change{Field: c.Field, Before: short(c.Before), After: short(c.After)})
	}
	return d
}

func short(s string) string {
	if r := []rune(s); len(r) > auditMost {
		return string(r[:auditMost]) + "…"
	}
	return s
}

// Cancel cancels a session to come. It asks nothing of the catalogue's rules: no fault elsewhere may stand in its way. A session that is
// cancelled already is answered as it is.
func (e Editor) Cancel(ctx context.Context, who enrolment.Actor, id, reason string, preview bool) (Outcome, error) {
	s, err := e.Table.Session(ctx, id)
	if err != nil {
		return Outcome{}, err
	}
	out := Outcome{Before: &s, After: s}
	if s.Status == enrolment.SessionCancelled {
		return out, nil
	}
	if !s.Start().After(e.Now()) {
		return out, enrolment.Refuse(enrolment.KindConflict, "Cette session a commencé : elle ne peut plus être annulée.")
	}
	out.After.Status = enrolment.SessionCancelled
	if preview {
		return out, nil
	}
	edits, err := e.Table.Edits(ctx)
	if err != nil {
		return out, err
	}
	deed := e.deed(who, "session-cancelled", reason, id, nil)
	pub := enrolment.Publication{Thing: enrolment.SessionThing(id), Seen: edits.Revision, Deed: &deed}
	if _, err := e.Table.PublishSession(ctx, out.After, pub); err != nil {
		return out, err
	}
	return out, spread.PublishChoices(ctx, e.Table, e.Now())
}
