package catalogue

import (
	"slices"
	"strings"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Export writes the table as a file: the organisation, every formation, and the sessions to come, those that were cancelled too. Applied
// at once it changes nothing. It carries the revision it was made at, by which applying it later knows what was changed since.
func (g Ground) Export() ([]byte, error) {
	if g.Organisation == nil {
		return nil, enrolment.Refuse(enrolment.KindNotFound, "Aucun catalogue n’a été appliqué à cette table.")
	}
	if err := g.settled(); err != nil {
		return nil, err
	}
	file := g.text(func(enrolment.Formation) bool { return true }, func(enrolment.Session) bool { return true })
	src, err := file.yaml()
	return append([]byte(exportHead), src...), err
}

const exportHead = `# Catalogue exporté d’Écharpe. « revision » dit jusqu’où ce fichier connaît les changements faits dans le navigateur :
# laissez-la telle quelle. Si quelque chose y change ensuite, appliquer ce fichier le dira au lieu de le défaire.
`

// text writes the parts of the table that are asked for.
func (g Ground) text(formation func(enrolment.Formation) bool, session func(enrolment.Session) bool) fileText {
	file := fileText{Revision: g.Edits.Revision, Organisation: textOfOrganisation(*g.Organisation)}
	bySlug := map[string]enrolment.Formation{}
	for _, f := range g.Formations {
		bySlug[f.Slug] = f
		if formation(f) {
			file.Formations = append(file.Formations, textOfFormation(f, g.number(f.Slug)))
		}
	}
	for _, s := range g.all() {
		if session(s) {
			file.Sessions = append(file.Sessions, textOfSession(s, bySlug[s.Formation.Slug]))
		}
	}
	return file
}

// all are the sessions to come, cancelled or not, by date.
func (g Ground) all() []enrolment.Session {
	all := slices.Concat(g.Sessions, g.Cancelled)
	slices.SortStableFunc(all, func(a, b enrolment.Session) int { return strings.Compare(a.ID, b.ID) })
	slices.SortStableFunc(all, func(a, b enrolment.Session) int { return a.Start().Compare(b.Start()) })
	return all
}

// number is that of a formation on Mon Compte Élu, which its sessions carry.
func (g Ground) number(slug string) string {
	for _, s := range g.all() {
		if s.Formation.Slug == slug && s.Formation.MonCompteEluNumber != "" {
			return s.Formation.MonCompteEluNumber
		}
	}
	return ""
}

func (g Ground) formation(slug string) (enrolment.Formation, bool) {
	i := slices.IndexFunc(g.Formations, func(f enrolment.Formation) bool { return f.Slug == slug })
	if i < 0 {
		return enrolment.Formation{}, false
	}
	return g.Formations[i], true
}

// Session gives a session to come, cancelled or not.
func (g Ground) Session(id string) (enrolment.Session, bool) {
	for _, some := range [][]enrolment.Session{g.Sessions, g.Cancelled} {
		if i := slices.IndexFunc(some, func(s enrolment.Session) bool { return s.ID == id }); i >= 0 {
			return some[i], true
		}
	}
	return enrolment.Session{}, false
}

// settled refuses what would be decided upon sessions that do not all copy a change yet.
func (g Ground) settled() error {
	if len(g.Edits.Spreading) > 0 {
		return enrolment.Refuse(enrolment.KindConflict, "La modification précédente n’est pas encore portée sur toutes les sessions à venir : cela se fait tout seul. Réessayez dans quelques minutes.")
	}
	return nil
}
