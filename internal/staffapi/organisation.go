package staffapi

import (
	"context"
	"net/http"
	"slices"

	"github.com/echarpe/echarpe/internal/catalogue"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/web"
)

// organisation gives the organisation's settings as their form shows them, and its logo.
func (a api) organisation(w http.ResponseWriter, r *http.Request, _ enrolment.Actor) error {
	text, logo, seen, err := a.editor().ReadOrganisation(r.Context())
	if err != nil {
		return err
	}
	return ok(w, struct {
		ETag         string                     `json:"etag"`
		Organisation catalogue.OrganisationText `json:"organisation"`
		Picture      []byte                     `json:"picture,omitempty"`
	}{`"` + seen + `"`, text, logo})
}

// organisationBody leaves room for the heaviest logo, 150 kB, as base64.
const organisationBody = catalogueBody + 200_000

// editOrganisation writes the settings over what was seen. No picture keeps the logo, an empty one takes it away.
func (a api) editOrganisation(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error {
	seen, err := ifMatch(r)
	if err != nil {
		return err
	}
	var q struct {
		Organisation catalogue.OrganisationText `json:"organisation"`
		Picture      *[]byte                    `json:"picture"`
		Reason       string                     `json:"reason"`
		Preview      bool                       `json:"preview"`
	}
	if err := web.DecodeUpTo(r, &q, organisationBody); err != nil {
		return err
	}
	reason, err := why(q.Reason, false)
	if err != nil {
		return err
	}
	out, err := a.editor().SaveOrganisation(r.Context(), who, q.Organisation, q.Picture, seen, reason, q.Preview)
	if err != nil {
		return err
	}
	effects := organisationEffects(out)
	return ok(w, a.outcome("organisme", a.withLeft(r.Context(), effects, out.Left), out.Changes, out.Cautions))
}

// builtIn are the settings that the site's pages take from the file when they are built.
var builtIn = []string{"name", "legalForm", "siret", "nda", "ndaRegion", "agrement", "address", "email", "phone", "dpoContact", "publisher", "host", "mediator"}

// organisationEffects say what a change of the organisation does to who is enrolled already and to who will be.
func organisationEffects(out catalogue.OrganisationOutcome) []string {
	lines := []string{}
	say := func(s string) { lines = append(lines, web.French(s)) }
	if len(out.Changes) == 0 {
		return lines
	}
	if what := out.Promises(); what != "" {
		if out.Sessions > 0 {
			say("Pour " + guide.Count(out.Sessions, "session à venir", "sessions à venir") + ", les prochaines inscriptions suivent " + what + " que vous venez d’écrire.")
		}
		if out.People > 0 {
			say(guide.Count(out.People, "personne déjà inscrite garde ce qui lui a été promis.", "personnes déjà inscrites gardent ce qui leur a été promis."))
		}
	}
	say("Les papiers imprimés à partir de maintenant et les e-mails suivent ces réglages. Les factures déjà émises ne changent pas.")
	if slices.ContainsFunc(out.Changes, func(c catalogue.Difference) bool { return slices.Contains(builtIn, c.Field) }) {
		say("Les pages du site (mentions légales, contacts) suivent à sa prochaine mise en ligne : téléchargez le catalogue, depuis la page des sessions, pour qui s’en occupe.")
	}
	return lines
}

// withLeft says beside the effects of a change that some sessions are left to the sweep.
func (a api) withLeft(ctx context.Context, effects []string, left error) []string {
	if left == nil {
		return effects
	}
	a.Log.WarnContext(ctx, "a change of the catalogue left to the sweep", "error", left)
	return append(effects, web.French("Toutes les sessions à venir ne la suivent pas encore : cela se fait tout seul, en quelques minutes. D’ici là, le catalogue ne peut pas être modifié."))
}
