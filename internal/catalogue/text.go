package catalogue

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// What follows is the file as it is written, the reverse of what the readers read: an export writes it, and so does a form, so that one
// reading checks both by the same rules and in the same words. Names of fields are the file's.

// line is a text that is always written between the keyboard's quotes: a word processor's, or digits, would be read otherwise.
type line string

// MarshalYAML writes the text as a YAML double-quoted one, which JSON's is.
func (l line) MarshalYAML() ([]byte, error) { return json.Marshal(string(l)) }

// SessionText is a session as it is written.
type SessionText struct {
	ID           line          `yaml:"id" json:"id"`
	Formation    line          `yaml:"formation" json:"formation"`
	Remote       bool          `yaml:"remote,omitempty" json:"remote"`
	Place        line          `yaml:"place,omitempty" json:"place"`
	Address      line          `yaml:"address,omitempty" json:"address"`
	MapURL       line          `yaml:"mapUrl,omitempty" json:"mapUrl"`
	VideoURL     line          `yaml:"videoUrl,omitempty" json:"videoUrl"`
	Access       line          `yaml:"access,omitempty" json:"access"`
	HalfDays     []HalfDayText `yaml:"halfDays" json:"halfDays"`
	ClosesAt     line          `yaml:"closesAt,omitempty" json:"closesAt"` // "-2 18:00": before the first half-day, so that it moves with it
	Capacity     int           `yaml:"capacity" json:"capacity"`
	Minimum      int           `yaml:"minimum,omitempty" json:"minimum"`
	DIFEEligible *bool         `yaml:"difeEligible,omitempty" json:"difeEligible,omitempty"` // only false: closed to DIFE though the formation is not
	Cancelled    bool          `yaml:"cancelled,omitempty" json:"cancelled,omitempty"`
}

// Name says which session it is.
func (t *SessionText) Name(id string) { t.ID = line(id) }

// HalfDayText is a half-day as it is written, in Paris.
type HalfDayText struct {
	Date  line `yaml:"date" json:"date"`
	Start line `yaml:"start" json:"start"`
	End   line `yaml:"end" json:"end"`
}

// FormationText is a formation as it is written.
type FormationText struct {
	Slug               line    `yaml:"slug" json:"slug"`
	Title              line    `yaml:"title" json:"title"`
	Summary            line    `yaml:"summary" json:"summary"`
	Theme              line    `yaml:"theme" json:"theme"`
	Objective          line    `yaml:"objective" json:"objective"`
	Programme          []line  `yaml:"programme" json:"programme"`
	Prerequisites      line    `yaml:"prerequisites" json:"prerequisites"`
	Audience           line    `yaml:"audience" json:"audience"`
	Methods            line    `yaml:"methods" json:"methods"`
	Evaluation         line    `yaml:"evaluation" json:"evaluation"`
	Outcome            line    `yaml:"outcome" json:"outcome"`
	Accessibility      line    `yaml:"accessibility" json:"accessibility"`
	Trainers           line    `yaml:"trainers" json:"trainers"`
	AccessTime         line    `yaml:"accessTime" json:"accessTime"`
	Hours              float64 `yaml:"hours" json:"hours"`
	PriceEuros         float64 `yaml:"priceEuros" json:"priceEuros"`
	DIFEEligible       bool    `yaml:"difeEligible" json:"difeEligible"`
	MonCompteElu       line    `yaml:"monCompteElu,omitempty" json:"monCompteElu"`
	MonCompteEluNumber line    `yaml:"monCompteEluNumber,omitempty" json:"monCompteEluNumber"`
	Version            line    `yaml:"version" json:"version"`
	MaxParticipants    int     `yaml:"maxParticipants" json:"maxParticipants"`
}

// Name says which formation it is.
func (t *FormationText) Name(slug string) { t.Slug = line(slug) }

// OrganisationText is the organisation as it is written; its logo is a file beside the catalogue, or comes with the form.
type OrganisationText struct {
	Name           line               `yaml:"name" json:"name"`
	LegalForm      line               `yaml:"legalForm" json:"legalForm"`
	SIRET          line               `yaml:"siret" json:"siret"`
	NDA            line               `yaml:"nda,omitempty" json:"nda"`
	NDARegion      line               `yaml:"ndaRegion,omitempty" json:"ndaRegion"`
	Agrement       AgrementText       `yaml:"agrement" json:"agrement"`
	Qualiopi       line               `yaml:"qualiopi,omitempty" json:"qualiopi"`
	VAT            VATText            `yaml:"vat" json:"vat"`
	Address        []line             `yaml:"address" json:"address"`
	Email          line               `yaml:"email" json:"email"`
	Phone          line               `yaml:"phone" json:"phone"`
	Website        line               `yaml:"website,omitempty" json:"website"`
	Representative RepresentativeText `yaml:"representative" json:"representative"`
	DPOContact     line               `yaml:"dpoContact" json:"dpoContact"`
	Publisher      line               `yaml:"publisher" json:"publisher"`
	Host           line               `yaml:"host" json:"host"`
	Mediator       line               `yaml:"mediator" json:"mediator"`
	PaymentTerms   line               `yaml:"paymentTerms" json:"paymentTerms"`
	EarlyStopTerms line               `yaml:"earlyStopTerms" json:"earlyStopTerms"`
	IBAN           line               `yaml:"iban,omitempty" json:"iban"`
	InternalRules  line               `yaml:"internalRules,omitempty" json:"internalRules"`
	Logo           line               `yaml:"logo,omitempty" json:"-"`
	AlertEmail     line               `yaml:"alertEmail" json:"alertEmail"`
	AnswerDays     *int               `yaml:"difeAnswerDays,omitempty" json:"difeAnswerDays,omitempty"`
	SignsOnline    bool               `yaml:"onlineSignature,omitempty" json:"onlineSignature"`
}

// AgrementText is the agrément as it is written.
type AgrementText struct {
	Number line `yaml:"number" json:"number"`
	Start  line `yaml:"start" json:"start"`
	End    line `yaml:"end" json:"end"`
}

// VATText is the regime of VAT as it is written.
type VATText struct {
	Exempt      bool     `yaml:"exempt" json:"exempt"`
	RatePercent *float64 `yaml:"ratePercent,omitempty" json:"ratePercent,omitempty"`
	Mention     line     `yaml:"mention,omitempty" json:"mention"`
}

// RepresentativeText is who signs, as it is written.
type RepresentativeText struct {
	Name     line `yaml:"name" json:"name"`
	Function line `yaml:"function" json:"function"`
}

// fileText is a whole file.
type fileText struct {
	Revision     int              `yaml:"revision"`
	Organisation OrganisationText `yaml:"organisation"`
	Formations   []FormationText  `yaml:"formations"`
	Sessions     []SessionText    `yaml:"sessions,omitempty"`
}

func (f fileText) yaml() ([]byte, error) {
	src, err := yaml.MarshalWithOptions(f, yaml.Indent(2), yaml.IndentSequence(true))
	if err != nil {
		return nil, fmt.Errorf("write a catalogue: %w", err)
	}
	return src, nil
}

func lines(all []string) (out []line) {
	for _, s := range all {
		out = append(out, line(s))
	}
	return out
}

func textOfOrganisation(o enrolment.Organisation) OrganisationText {
	t := OrganisationText{
		Name: line(o.Name), LegalForm: line(o.LegalForm), SIRET: line(o.SIRET), NDA: line(o.NDA), NDARegion: line(o.NDARegion),
		Agrement: AgrementText{line(o.Agrement.Number), line(o.Agrement.Start), line(o.Agrement.End)}, Qualiopi: line(o.Qualiopi),
		VAT: VATText{Exempt: o.VAT.Exempt, Mention: line(o.VAT.Mention)}, Address: lines(o.Address), Email: line(o.Email), Phone: line(o.Phone), Website: line(o.Website),
		Representative: RepresentativeText{line(o.Representative.Name), line(o.Representative.Function)}, DPOContact: line(o.DPOContact), Publisher: line(o.Publisher),
		Host: line(o.Host), Mediator: line(o.Mediator), PaymentTerms: line(o.PaymentTerms), EarlyStopTerms: line(o.EarlyStopTerms), IBAN: line(o.IBAN),
		InternalRules: line(o.InternalRules), Logo: line(o.Logo), AlertEmail: line(o.AlertEmail), AnswerDays: o.AnswerDays, SignsOnline: o.SignsOnline,
	}
	if !o.VAT.Exempt {
		rate := float64(o.VAT.RateBasisPoints) / 100
		t.VAT.RatePercent = &rate
	}
	return t
}

// textOfFormation writes a formation; its number on Mon Compte Élu stands with its sessions.
func textOfFormation(f enrolment.Formation, number string) FormationText {
	return FormationText{
		Slug: line(f.Slug), Title: line(f.Title), Summary: line(f.Summary), Theme: line(f.Theme), Objective: line(f.Objective), Programme: lines(f.Programme),
		Prerequisites: line(f.Prerequisites), Audience: line(f.Audience), Methods: line(f.Methods), Evaluation: line(f.Evaluation), Outcome: line(f.Outcome),
		Accessibility: line(f.Accessibility), Trainers: line(f.Trainers), AccessTime: line(f.AccessTime), Hours: f.Hours, PriceEuros: float64(f.PriceCents) / 100,
		DIFEEligible: f.DIFEEligible, MonCompteElu: line(f.MonCompteElu), MonCompteEluNumber: line(number), Version: line(f.Version), MaxParticipants: f.MaxParticipants,
	}
}

// textOfSession writes a session of a formation.
func textOfSession(s enrolment.Session, f enrolment.Formation) SessionText {
	t := SessionText{
		ID: line(s.ID), Formation: line(s.Formation.Slug), Remote: s.Remote, Place: line(s.Place), Address: line(s.Address), MapURL: line(s.MapURL), VideoURL: line(s.VideoURL),
		Access: line(s.Access), ClosesAt: textOfClosing(s), Capacity: s.Capacity, Minimum: s.Minimum, Cancelled: s.Status == enrolment.SessionCancelled,
	}
	if s.Remote && s.Place == remotePlace {
		t.Place = ""
	}
	if f.DIFEEligible && !s.Formation.DIFEEligible {
		t.DIFEEligible = new(bool)
	}
	for _, h := range s.HalfDays {
		t.HalfDays = append(t.HalfDays, HalfDayText{line(parisDay(h.Start)), clockOf(h.Start), clockOf(h.End)})
	}
	return t
}

// textOfClosing counts from the first half-day: "" when enrolment ends as it begins.
func textOfClosing(s enrolment.Session) line {
	if s.ClosesAt.Equal(s.Start()) {
		return ""
	}
	return line(fmt.Sprintf("-%d ", daysBetween(s.ClosesAt, s.Start()))) + clockOf(s.ClosesAt)
}

func clockOf(t time.Time) line { return line(t.In(guide.Paris).Format("15:04")) }

// daysBetween counts the nights between the Paris days of two instants.
func daysBetween(from, to time.Time) int {
	a, _ := time.Parse(time.DateOnly, parisDay(from))
	b, _ := time.Parse(time.DateOnly, parisDay(to))
	return int(b.Sub(a).Hours() / 24)
}

// Difference is one field that two texts of a thing do not share; "" stands for a field that is not written.
type Difference struct{ Field, Before, After string }

// String is what staff read of it.
func (d Difference) String() string {
	return fmt.Sprintf("%s : « %s » → « %s »", d.Field, orNothing(d.Before), orNothing(d.After))
}

func orNothing(s string) string {
	if s == "" {
		return "rien"
	}
	return printable(s)
}

// organisationDifferences are the fields that differ; another picture under the same name is one.
func organisationDifferences(before, after enrolment.Organisation) []Difference {
	all := differences(textOfOrganisation(before), textOfOrganisation(after))
	if before.Logo == after.Logo && !bytes.Equal(before.LogoImage, after.LogoImage) {
		all = append(all, Difference{"logo", before.Logo, "une autre image, " + after.Logo})
	}
	return all
}

// differences compares two texts field by field, in the order of the file.
func differences(before, after any) (all []Difference) {
	b, a := reflect.ValueOf(before), reflect.ValueOf(after)
	for i := range b.NumField() {
		name, _, _ := strings.Cut(b.Type().Field(i).Tag.Get("yaml"), ",")
		if x, y := said(b.Field(i)), said(a.Field(i)); x != y {
			all = append(all, Difference{name, x, y})
		}
	}
	return all
}

// said puts a field on one line.
func said(v reflect.Value) string {
	switch x := v.Interface().(type) {
	case AgrementText:
		return fmt.Sprintf("%s, du %s au %s", x.Number, frenchDay(string(x.Start)), frenchDay(string(x.End)))
	case VATText:
		if x.Exempt {
			return "exonéré : " + string(x.Mention)
		}
		return strings.Join(slices.DeleteFunc([]string{frenchNumber(*x.RatePercent) + " %", string(x.Mention)}, func(s string) bool { return s == "" }), ", ")
	case []HalfDayText:
		var parts []string
		for _, h := range x {
			parts = append(parts, fmt.Sprintf("%s de %s à %s", frenchDay(string(h.Date)), h.Start, h.End))
		}
		return strings.Join(parts, ", ")
	case []line:
		var parts []string
		for _, l := range x {
			parts = append(parts, string(l))
		}
		return strings.Join(parts, " / ")
	case bool:
		return map[bool]string{true: "oui"}[x]
	case float64:
		return frenchNumber(x)
	case int:
		return fmt.Sprint(x)
	case line:
		return string(x)
	}
	switch {
	case v.Kind() == reflect.Pointer && v.IsNil():
		return ""
	case v.Kind() == reflect.Pointer:
		if b, is := v.Elem().Interface().(bool); is {
			return map[bool]string{true: "oui", false: "non"}[b]
		}
		return fmt.Sprint(v.Elem().Interface())
	case v.Kind() == reflect.Struct:
		var parts []string
		for i := range v.NumField() {
			if part := said(v.Field(i)); part != "" {
				parts = append(parts, part)
			}
		}
		return strings.Join(parts, ", ")
	}
	return fmt.Sprint(v.Interface())
}
