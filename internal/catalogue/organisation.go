package catalogue

import (
	"io/fs"
	"net/url"
	"strings"

	"github.com/echarpe/echarpe/internal/document"
	"github.com/echarpe/echarpe/internal/enrolment"
)

const (
	shortText = 200
	longText  = 2000
)

func (r *reader) organisation(s *section) {
	o := enrolment.Organisation{
		Name:           s.needText("name", shortText),
		LegalForm:      s.needText("legalForm", shortText),
		SIRET:          s.siret("siret"),
		NDA:            s.text("nda", 40),
		NDARegion:      s.text("ndaRegion", shortText),
		Qualiopi:       s.text("qualiopi", shortText),
		Address:        s.lines("address", shortText),
		Email:          s.email("email"),
		Phone:          s.needText("phone", 40),
		Website:        s.url("website"),
		DPOContact:     s.email("dpoContact"),
		Publisher:      s.needText("publisher", shortText),
		Host:           s.needText("host", longText),
		Mediator:       s.needText("mediator", longText),
		PaymentTerms:   s.needText("paymentTerms", longText),
		EarlyStopTerms: s.needText("earlyStopTerms", longText),
		IBAN:           s.iban("iban"),
		InternalRules:  s.url("internalRules"),
		Logo:           s.text("logo", shortText),
		AlertEmail:     s.email("alertEmail"),
	}
	if s.has("difeAnswerDays") {
		days := s.integer("difeAnswerDays", 0, 2)
		o.AnswerDays = &days
	} else {
		s.ask("difeAnswerDays")
	}
	if sub := s.sub("agrement", "agrément"); sub != nil {
		o.Agrement = r.readAgrement(sub)
	}
	if sub := s.sub("vat", "TVA"); sub != nil {
		o.VAT = readVAT(sub)
	}
	if sub := s.sub("representative", "représentant"); sub != nil {
		o.Representative = enrolment.Signatory{Name: sub.needText("name", shortText), Function: sub.needText("function", shortText)}
		sub.end()
	}
	o.SignsOnline = s.boolean("onlineSignature")
	o.LogoImage = r.logo(s, o.Logo)
	s.end()
	r.catalogue.Organisation = o
}

// logo reads the image that papers carry.
func (r *reader) logo(s *section, path string) []byte {
	if path == "" {
		return nil
	}
	picture, err := r.picture(path)
	if err != nil {
		s.refuse("logo", "nomme un fichier qui ne peut pas être lu à côté du catalogue : « %s ».", printable(path))
		return nil
	}
	if picture == nil {
		return nil
	}
	if err := document.CheckLogo(picture); err != nil {
		s.refuse("logo", "doit être une image PNG ou JPEG de %d ko et %d pixels de côté au plus.", document.LogoBytes/1000, document.LogoPixels)
		return nil
	}
	return picture
}

// picture reads the file of the logo. A catalogue that was exported by the browser comes without it: what the table has under the same
// name stands.
func (r *reader) picture(path string) ([]byte, error) {
	if r.ground.part {
		return r.ground.picture, nil
	}
	known := r.ground.Organisation
	kept := known != nil && known.Logo == path && len(known.LogoImage) > 0
	if r.ground.Files == nil {
		if kept {
			return known.LogoImage, nil
		}
		return nil, nil
	}
	read, err := fs.ReadFile(r.ground.Files, path)
	if err != nil && kept {
		return known.LogoImage, nil
	}
	return read, err
}

// readAgrement turns the days of the agrément into days of the calendar.
func (r *reader) readAgrement(s *section) enrolment.Agrement {
	a := enrolment.Agrement{Number: s.needText("number", 100)}
	start, startOK := s.dayField("start")
	end, endOK := s.dayField("end")
	s.end()
	if !startOK || !endOK {
		return a
	}
	today := parisDay(r.ground.Now)
	a.Start, a.End = start.from(today), end.from(today)
	if kept, ok := r.keptAgrement(a.Number, end); ok && start.relative() && end.relative() {
		a = kept
	}
	if a.End < a.Start {
		s.refuse("end", "(%s) est avant le début (%s).", frenchDay(a.End), frenchDay(a.Start))
		return a
	}
	r.agrement = true
	return a
}

// keptAgrement is the agrément already applied, while more than half of its relative length is ahead.
func (r *reader) keptAgrement(number string, end day) (a enrolment.Agrement, ok bool) {
	if r.ground.Organisation == nil {
		return a, false
	}
	a = r.ground.Organisation.Agrement
	return a, a.Number == number && a.End > addDays(parisDay(r.ground.Now), end.offset/2)
}

// from gives the day of the calendar, counting relative days from origin.
func (d day) from(origin string) string {
	if d.relative() {
		return addDays(origin, d.offset)
	}
	return d.absolute
}

func readVAT(s *section) enrolment.VAT {
	v := enrolment.VAT{Exempt: s.boolean("exempt")}
	if v.Exempt {
		v.Mention = s.needText("mention", longText)
		if s.has("ratePercent") {
			s.refuse("ratePercent", "ne va pas avec « exempt: true » : retirez l’un des deux.")
		}
		s.asked = append(s.asked, "ratePercent")
	} else {
		v.RateBasisPoints = s.number("ratePercent", "(taux de TVA en pour cent)", 100)
		v.Mention = s.text("mention", longText)
	}
	s.end()
	return v
}

// siret reads a SIRET number, with or without quotes and spaces.
func (s *section) siret(key string) string {
	f, ok := s.need(key)
	if !ok {
		return ""
	}
	raw, _ := scalarOf(f.node)
	number := digits(raw)
	switch {
	case len(number) != 14 || !allDigits(number):
		s.refuse(key, "doit avoir 14 chiffres.")
	case !enrolment.ValidSIRET(number):
		s.refuse(key, "n’est pas un numéro valable : la clé de contrôle ne correspond pas. Relisez les 14 chiffres.")
	}
	return number
}

func (s *section) iban(key string) string {
	text := s.text(key, 50)
	if text != "" && !validIBAN(text) {
		s.refuse(key, "n’est pas valable : la clé de contrôle ne correspond pas. Relisez-le.")
	}
	return text
}

// email reads an address that must be there.
func (s *section) email(key string) string {
	text := s.needText(key, 254)
	if text == "" {
		return ""
	}
	address, err := enrolment.ParseEmail(text)
	if err != nil {
		s.refuse(key, "doit être une adresse e-mail complète, comme contact@exemple.fr.")
	}
	return address
}

// url reads an optional address of the web.
func (s *section) url(key string) string {
	text := s.text(key, longText)
	if text == "" {
		return ""
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || strings.ContainsAny(text, " \"<>") {
		s.refuse(key, "doit être une adresse complète qui commence par https://.")
	}
	return text
}
