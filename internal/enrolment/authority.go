package enrolment

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"maps"
	"strings"
	"time"
)

// Reply is what the contact at the collectivité declared of a file. Each part says when, and by whom: the name that the
// contact went by then, since the contact may change.
type Reply struct {
	Answer    Answer
	Billing   Billing
	Return    Return    // signed by hand
	Signature Signature // or online
	Words     []Word    // the last word of each party on a step that several may declare, once the contact has spoken
}

// Answer is the collectivité's answer to the request; zero until there is one.
type Answer struct {
	Given  AnswerGiven
	Ground string // of a refusal: a key of the guide's grounds
	Detail string // in their own words, "" when none
	At     time.Time
	By     string
}

// AnswerGiven is accord or refus.
type AnswerGiven string

// The answers.
const (
	Accord AnswerGiven = "accord"
	Refus  AnswerGiven = "refus"
)

// Billing is what the invoice needs, as Chorus Pro asks for it; or, Unknown, the answer that it is not known yet. Zero until there is one.
type Billing struct {
	Unknown    bool
	SIRET      string // 14 digits
	Service    string // code service, "" when the collectivité has none
	Commitment string // numéro d'engagement, "" when the collectivité asks for none
	Address    string // one line
	At         time.Time
	By         string
}

// Return is the declaration that the convention was signed by hand and sent back; zero until there is one. Edition is that of the
// papers that were signed: made again under another number, they are to be signed again. Scan is what was sent of it, nil when nothing was.
type Return struct {
	Edition int
	At      time.Time
	By      string
	Scan    *Scan
}

// Signature is a convention signed online: a simple electronic signature (eIDAS), first by the collectivité, then by the organisation, of
// the same text. Zero until there is one. It stays, without effect, when the papers are made again under another number.
type Signature struct {
	Edition      int    // of the papers
	Name         string // who signed for the collectivité, and their function
	Function     string
	Right        SigningRight
	Email        string // where the link that signed was sent
	Digest       string // SHA-256 of the text that was shown and signed, in hexadecimal
	At           time.Time
	Organisation Countersignature // zero until the organisation signs too
}

// Countersignature is the organisation's, put by somebody of its team.
type Countersignature struct {
	Signatory        // for whom
	By        string // who of the team
	At        time.Time
}

// SigningRight is why somebody may sign for the collectivité, as they say.
type SigningRight string

// Who may sign: the maire or the président, or somebody to whom they delegated it.
const (
	SignsAsHead       SigningRight = "executif"
	SignsByDelegation SigningRight = "delegation"
)

// SignedText is the text of a convention as it was shown and signed, kept beside the file that it is about.
type SignedText struct{ FileID, Text string }

// TextDigest names a text: SHA-256 of its bytes, in hexadecimal, as any tool computes it of the file that the mails carry.
func TextDigest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// SignedByAuthority tells whether the collectivité signed the present convention online.
func (e Enrolment) SignedByAuthority() bool {
	return e.Reply != nil && !e.Reply.Signature.At.IsZero() && e.Reply.Signature.Edition == e.Terms.Edition
}

// SignedOnline tells whether both sides did.
func (e Enrolment) SignedOnline() bool {
	return e.SignedByAuthority() && !e.Reply.Signature.Organisation.At.IsZero()
}

// ToCountersign tells whether the organisation's signature is all that is missing: it was not noted that the convention came back otherwise.
func (e Enrolment) ToCountersign() bool {
	return e.Mode == Collectivite && e.SignedByAuthority() && !e.SignedOnline() && e.Steps[StepConvention].By != ByStaff
}

// voidSignature takes away what the signatures settled, before the papers get another number, and the scan of what was signed.
func (e *Enrolment) voidSignature() {
	e.DropScan()
	if !e.SignedOnline() {
		return
	}
	e.Steps = maps.Clone(e.Steps)
	e.Retract(StepConvention, ByStaff)
	e.Settle()
}

// Word is what one party last said of a step. By is as in [StepDone].
type Word struct {
	Step StepKey
	By   string
	Done bool
	At   time.Time
}

// ByAuthority says that the contact at the collectivité declared it, see [ByHolder] and [ByStaff].
const ByAuthority = "authority"

// RoleContact is how the audit names the contact at the collectivité; nobody of the team has it.
const RoleContact Role = "contact"

// Said tells whether the contact has declared anything that still stands.
func (r *Reply) Said() bool {
	return r != nil && (r.Answer.Given != "" || !r.Billing.At.IsZero() || !r.Return.At.IsZero() || !r.Signature.At.IsZero())
}

// Word gives the last word of a party on a step; ok is false when they said nothing, or nobody counted yet.
func (r *Reply) Word(step StepKey, by string) (w Word, ok bool) {
	if r == nil {
		return Word{}, false
	}
	for _, w := range r.Words {
		if w.Step == step && w.By == by {
			return w, true
		}
	}
	return Word{}, false
}

// shared are the steps that the contact may declare too.
func shared(k StepKey) bool { return k == StepAccord || k == StepConvention }

// OpenReply gives the file a reply of its own to change, so that the file it is a copy of keeps its own.
func (e *Enrolment) OpenReply() *Reply {
	r := Reply{}
	if e.Reply != nil {
		r = *e.Reply
		r.Words = append([]Word(nil), e.Reply.Words...)
	}
	e.Reply = &r
	return e.Reply
}

// Note keeps a party's word on a step, once the contact has spoken. It is called before the step is ticked, or not any more.
func (e *Enrolment) Note(step StepKey, by string, done bool, now time.Time) {
	if e.Reply != nil && shared(step) {
		e.keep(Word{step, by, done, now})
	}
}

// Declare notes that a party says of a step that it is done, or not. The latest word stands.
func (e *Enrolment) Declare(step StepKey, by string, done bool, now time.Time) {
	e.Note(step, by, done, now)
	if done {
		e.Steps[step] = StepDone{At: now, By: by}
	} else {
		delete(e.Steps, step)
	}
}

// Retract takes back what a party said of a step: the latest word of the others stands.
func (e *Enrolment) Retract(step StepKey, by string) {
	r := e.OpenReply()
	kept, last := r.Words[:0], Word{}
	for _, w := range r.Words {
		if w.Step == step && w.By == by {
			continue
		}
		kept = append(kept, w)
		if w.Step == step && !w.At.Before(last.At) {
			last = w
		}
	}
	r.Words = kept
	if last.Done {
		e.Steps[step] = StepDone{At: last.At, By: last.By}
	} else {
		delete(e.Steps, step)
	}
}

// keep replaces a party's word on a step. What was ticked before anybody counted is a word too.
func (e *Enrolment) keep(w Word) {
	r := e.OpenReply()
	if done, ticked := e.Steps[w.Step]; ticked {
		if _, known := r.Word(w.Step, done.By); !known {
			r.Words = append(r.Words, Word{w.Step, done.By, true, done.At})
		}
	}
	for i := range r.Words {
		if r.Words[i].Step == w.Step && r.Words[i].By == w.By {
			r.Words[i] = w
			return
		}
	}
	r.Words = append(r.Words, w)
}

var (
	errSIRETLength = errors.New("Un numéro SIRET a 14 chiffres. Vérifiez-le sur un courrier de votre collectivité ou sur annuaire-entreprises.data.gouv.fr.")
	errSIRETKey    = errors.New("Ce numéro SIRET n’existe pas\u00a0: un de ses 14 chiffres est sans doute mal recopié. Relisez-le.")
)

// ParseSIRET reads the number of an establishment as people write it, with or without spaces, and gives its 14 digits.
func ParseSIRET(text string) (string, error) {
	number := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \u00a0\u202f.-", r) {
			return -1
		}
		return r
	}, strings.TrimSpace(text))
	if len(number) != 14 || strings.Trim(number, "0123456789") != "" {
		return "", errSIRETLength
	}
	if !ValidSIRET(number) {
		return "", errSIRETKey
	}
	return number, nil
}

// ValidSIRET checks 14 digits: Luhn's sum, or, for the establishments of La Poste (SIREN 356 000 000), a plain sum
// of digits that is a multiple of five.
func ValidSIRET(s string) bool {
	if len(s) != 14 || strings.Trim(s, "0123456789") != "" || s == strings.Repeat("0", 14) {
		return false
	}
	if luhn(s) {
		return true
	}
	sum := 0
	for _, r := range s {
		sum += int(r - '0')
	}
	return strings.HasPrefix(s, "356000000") && sum%5 == 0
}

func luhn(s string) bool {
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
