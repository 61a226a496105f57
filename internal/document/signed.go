package document

import (
	"fmt"
	"strings"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Text is the convention as it is signed online: plain text, shown whole before it is signed, kept, and printed from then on from
// itself. Two texts are one when their [enrolment.TextDigest] is, so nothing in it depends on how a page or a paper draws it.
func Text(in Input) (string, error) {
	if err := Check(Convention, in); err != nil {
		return "", err
	}
	in.Enrolment, in.Session, in.Formation, in.Organisation = in.Enrolment.OnPaper(in.Session, in.Formation, in.Organisation)
	c := &composer{Input: in, law: law{guide: in.Guide, at: in.Now}}
	p := Paper{Parts: []Part{{Blocks: c.conventionArticles(true)}}}
	if c.law.err != nil {
		return "", fmt.Errorf("compose the text of a convention: %w", c.law.err)
	}
	p.clean()
	lines := []string{"Convention de formation n°" + nbsp + c.Enrolment.Number(Convention), c.made() + replaces(c.Enrolment, "toute convention antérieure")}
	for _, b := range p.Parts[0].Blocks {
		lines = append(lines, plainBlock(b)...)
	}
	return strings.Join(lines, "\n") + "\n", nil
}

// How a line of the text begins; a paragraph begins with none of them.
const (
	plainHeading = "## "
	plainItem    = "- "
	plainField   = nbsp + ": "
)

func plainBlock(b Block) (lines []string) {
	switch b := b.(type) {
	case Heading:
		return []string{"", plainHeading + b.Text}
	case Paragraph:
		if all := strings.TrimSpace(b.Lead + " " + b.Text); all != "" {
			return []string{all}
		}
	case List:
		for _, item := range b.Items {
			lines = append(lines, plainItem+item)
		}
	case Fields:
		for _, f := range b.Fields {
			lines = append(lines, f.Label+plainField+f.Value)
		}
	case Table:
		for _, row := range b.Rows {
			for i, cell := range row {
				lines = append(lines, b.Columns[i].Title+plainField+cell)
			}
		}
		for _, f := range b.Totals {
			lines = append(lines, f.Label+plainField+f.Value)
		}
	}
	return lines
}

// blocksOf reads a text back.
func blocksOf(text string) (blocks []Block) {
	var fields []Field
	var items []string
	flush := func() {
		if len(fields) > 0 {
			blocks, fields = append(blocks, Fields{fields}), nil
		}
		if len(items) > 0 {
			blocks, items = append(blocks, List{items}), nil
		}
	}
	for _, l := range strings.Split(text, "\n") {
		label, value, field := strings.Cut(l, plainField)
		switch item, listed := strings.CutPrefix(l, plainItem); {
		case l == "":
			flush()
		case listed:
			items = append(items, item)
		case strings.HasPrefix(l, plainHeading):
			flush()
			blocks = append(blocks, Heading{strings.TrimPrefix(l, plainHeading)})
		case field && value != "" && len(label) < 60 && !strings.Contains(label, "."):
			if len(items) > 0 {
				flush()
			}
			fields = append(fields, Field{label, value})
		case strings.HasSuffix(l, nbsp+":"): // it opens a list
			flush()
			blocks = append(blocks, Paragraph{Lead: l})
		default:
			flush()
			blocks = append(blocks, Paragraph{Text: l})
		}
	}
	flush()
	return blocks
}

var rights = map[enrolment.SigningRight]string{
	enrolment.SignsAsHead:       "maire, président ou présidente de la collectivité",
	enrolment.SignsByDelegation: "délégation de signature",
}

// signedOnline prints the text that was signed, and what proves it.
func (c *composer) signedOnline(p *Paper) {
	s := c.Enrolment.Reply.Signature
	c.Enrolment.Terms.Edition = s.Edition // the number that was signed
	p.Title = heading(Convention)
	p.Notice = "Convention n°" + nbsp + c.Enrolment.Number(Signed) + " · signée en ligne par les deux parties le " + moment(s.Organisation.At)
	if s.Organisation.At.IsZero() {
		p.Notice = "Convention n°" + nbsp + c.Enrolment.Number(Signed) + " · signée en ligne par la collectivité, pas encore par l’organisme"
	}
	blocks := blocksOf(c.Signed)
	if len(blocks) > 2 {
		blocks = blocks[2:] // its number and its date are above
	}
	p.Parts = []Part{{Blocks: append(blocks,
		Heading{"Les signatures électroniques"},
		Paragraph{Text: c.law.say("convention-online-proof")},
		Paragraph{Lead: "Pour la collectivité" + nbsp + ":", Text: "bon pour accord"},
		filled(
			Field{"Collectivité", c.Enrolment.PayerName()},
			Field{"Signée par", joined(", ", s.Name, s.Function)},
			Field{"À quel titre", rights[s.Right]},
			Field{"Quand (heure de Paris)", moment(s.At)},
			Field{"Par le lien envoyé à", s.Email},
		),
		Paragraph{Lead: "Pour l’organisme" + nbsp + ":", Text: c.assent()},
		c.countersigned(),
		Paragraph{Lead: "Empreinte du texte signé (SHA-256)" + nbsp + ":"},
		Fields{[]Field{{"Première moitié", s.Digest[:min(32, len(s.Digest))]}, {"Seconde moitié", s.Digest[min(32, len(s.Digest)):]}}},
	)}}
}

// assent is what the organisation says under the text.
func (c *composer) assent() string {
	if c.Enrolment.Reply.Signature.Organisation.At.IsZero() {
		return "pas encore signée. Sans cette signature, la convention n’est pas conclue."
	}
	return "bon pour accord"
}

// countersigned is who signed for the organisation, and when.
func (c *composer) countersigned() Fields {
	o := c.Enrolment.Reply.Signature.Organisation
	if o.At.IsZero() {
		return filled(Field{"Organisme", c.Organisation.Name})
	}
	return filled(
		Field{"Organisme", c.Organisation.Name},
		Field{"Signée par", o.By},
		Field{"Au nom de", joined(", ", o.Name, o.Function)},
		Field{"Quand (heure de Paris)", moment(o.At)},
		Field{"Par", "le compte personnel de cette personne dans l’équipe de l’organisme"},
	)
}

// moment is an instant in Paris, to the second.
func moment(t time.Time) string {
	return day(t) + " à " + clock(t) + nbsp + fmt.Sprintf("(%s)", t.In(paris()).Format("15:04:05"))
}
