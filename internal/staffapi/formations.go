package staffapi

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/echarpe/echarpe/internal/catalogue"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/web"
)

type formationLine struct {
	Slug       string  `json:"slug"`
	Title      string  `json:"title"`
	Theme      string  `json:"theme"`
	Hours      float64 `json:"hours"`
	PriceCents int     `json:"priceCents"`
	DIFE       bool    `json:"difeEligible"`
	Sessions   int     `json:"sessions"` // to come
}

func (a api) formations(w http.ResponseWriter, r *http.Request, _ enrolment.Actor) error {
	g, err := a.editor().Survey(r.Context())
	if err != nil {
		return err
	}
	lines := []formationLine{}
	for _, f := range g.Formations {
		n := 0
		for _, s := range g.Sessions {
			n += one(s.Formation.Slug == f.Slug)
		}
		lines = append(lines, formationLine{f.Slug, f.Title, f.Theme, f.Hours, f.PriceCents, f.DIFEEligible, n})
	}
	slices.SortFunc(lines, func(x, y formationLine) int { return strings.Compare(x.Title, y.Title) })
	return page(w, "formations", lines, "")
}

// formationForm gives a formation as its form shows it; "nouvelle" is an empty one.
func (a api) formationForm(w http.ResponseWriter, r *http.Request, _ enrolment.Actor) error {
	var v struct {
		ETag      string                  `json:"etag"`
		Formation catalogue.FormationText `json:"formation"`
	}
	if id := r.PathValue("id"); id != "nouvelle" {
		text, seen, err := a.editor().ReadFormation(r.Context(), id)
		if err != nil {
			return err
		}
		v.ETag, v.Formation = `"`+seen+`"`, text
	}
	return ok(w, v)
}

type formationChange struct {
	Formation catalogue.FormationText `json:"formation"`
	Reason    string                  `json:"reason"`
	Preview   bool                    `json:"preview"`
}

func (a api) createFormation(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error {
	return a.saveFormation(w, r, who, "")
}

func (a api) editFormation(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error {
	seen, err := ifMatch(r)
	if err != nil {
		return err
	}
	return a.saveFormation(w, r, who, seen)
}

// saveFormation writes the formation that the path names, over what was seen, or a new one.
func (a api) saveFormation(w http.ResponseWriter, r *http.Request, who enrolment.Actor, seen string) error {
	var q formationChange
	if err := web.DecodeUpTo(r, &q, catalogueBody); err != nil {
		return err
	}
	if seen != "" {
		q.Formation.Name(r.PathValue("id"))
	}
	reason, err := why(q.Reason, false)
	if err != nil {
		return err
	}
	out, err := a.editor().SaveFormation(r.Context(), who, q.Formation, seen, reason, q.Preview)
	if err != nil {
		return err
	}
	effects, err := a.formationEffects(r.Context(), out)
	if err != nil {
		return err
	}
	return ok(w, a.outcome(out.After.Slug, a.withLeft(r.Context(), effects, out.Left), out.Changes, out.Cautions))
}

// formationEffects say what a change of a formation does to its sessions and to who is enrolled in them.
func (a api) formationEffects(ctx context.Context, out catalogue.FormationOutcome) ([]string, error) {
	if out.Before == nil {
		return []string{"La formation peut être choisie pour une nouvelle session. Le public ne la voit qu’avec sa première session."}, nil
	}
	lines, people, keep := []string{}, 0, 0
	for _, s := range out.Sessions {
		if err := a.eachOf(ctx, s.ID, func(e enrolment.Enrolment) {
			people++
			keep += one(!e.Terms.Since.IsZero() && e.Terms.PriceCents != out.After.PriceCents)
		}); err != nil {
			return nil, err
		}
	}
	if n := len(out.Sessions); n > 0 {
		lines = append(lines, guide.Count(n, "session à venir la montre", "sessions à venir la montrent")+" ainsi, dès maintenant.")
	}
	if out.Before.PriceCents != out.After.PriceCents {
		old := guide.Euros(out.Before.PriceCents) + " HT"
		switch {
		case keep > 0:
			lines = append(lines, guide.Count(keep, "dossier garde le prix qui lui a été promis", "dossiers gardent le prix qui leur a été promis")+". Les prochaines inscriptions paient "+guide.Euros(out.After.PriceCents)+" HT, au lieu de "+old+".")
		default:
			lines = append(lines, "Aucun dossier n’a encore l’ancien prix ("+old+"). Les prochaines inscriptions paient "+guide.Euros(out.After.PriceCents)+" HT.")
		}
	}
	if people > 0 && len(out.Changes) > 0 {
		lines = append(lines, guide.Count(people, "personne déjà inscrite garde", "personnes déjà inscrites gardent")+" le programme et les conditions promis : les papiers déjà faits ne changent pas.")
	}
	for i := range lines {
		lines[i] = web.French(lines[i])
	}
	return lines, nil
}
