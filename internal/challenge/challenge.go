// Package challenge asks a browser for a small proof of work (ALTCHA) before an enrolment, when an attack makes it
// worth it: seconds for a robot that enrols by the thousand, nothing that a person sees. It needs no third party.
//
// A solution is good for one request, until it expires: it is signed, and spending it is a condition of the table. The
// same request sent again (the network failed, the idempotency key is the same) may present it again.
package challenge

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/altcha-org/altcha-lib-go"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Spent remembers, until it expires, which request each solution was spent on.
type Spent interface {
	// Spend tells whether the solution is for this request: it was not spent, or was spent on the same one.
	Spend(ctx context.Context, solution, request string, expires time.Time) (ok bool, err error)
}

// Altcha makes challenges and checks their solutions.
type Altcha struct {
	spent Spent
	key   string
	work  int64
	now   func() time.Time
}

const (
	// Work is how many numbers a browser tries at most, half of them on average: some seconds on a modest phone.
	Work = 50_000
	// lifetime leaves time to fill in a form at leisure.
	lifetime = 30 * time.Minute
	// largest is more than any solution weighs.
	largest = 2048
)

// New makes a challenger. key signs the challenges.
func New(spent Spent, key []byte, work int64, now func() time.Time) *Altcha {
	return &Altcha{spent: spent, key: "challenge:" + string(key), work: work, now: now}
}

// Challenge is what the browser gets: the names are those of the ALTCHA protocol, which the library writes otherwise.
type Challenge struct {
	Algorithm string `json:"algorithm"`
	Challenge string `json:"challenge"`
	MaxNumber int64  `json:"maxnumber"`
	Salt      string `json:"salt"`
	Signature string `json:"signature"`
}

// Issue makes a [Challenge], to be given to the browser as JSON.
func (a *Altcha) Issue() (any, error) {
	expires := a.now().Add(lifetime)
	c, err := altcha.CreateChallenge(altcha.ChallengeOptions{Algorithm: altcha.SHA256, MaxNumber: a.work, HMACKey: a.key, Expires: &expires})
	if err != nil {
		return nil, fmt.Errorf("make a challenge: %w", err)
	}
	return Challenge(c), nil
}

// Check spends a solution on a request, named by its idempotency key ("" for one that has none: then it is good once).
// It refuses, with an error of kind validation, a solution that is absent, forged, late, or spent on another request.
func (a *Altcha) Check(ctx context.Context, solution, request string) error {
	p, expires, ok := a.read(solution)
	if !ok {
		return refusal()
	}
	if request == "" {
		request = rand.Text()
	}
	mine, err := a.spent.Spend(ctx, p.Challenge, request, expires.Add(time.Hour))
	if err != nil {
		return fmt.Errorf("spend a solution: %w", err)
	}
	if !mine {
		return refusal()
	}
	return nil
}

// read gives a solution whose signature, work and time are right.
func (a *Altcha) read(solution string) (p altcha.Payload, expires time.Time, ok bool) {
	if len(solution) == 0 || len(solution) > largest {
		return p, expires, false
	}
	raw, err := base64.StdEncoding.DecodeString(solution)
	if err != nil || json.Unmarshal(raw, &p) != nil || p.Algorithm != string(altcha.SHA256) {
		return p, expires, false
	}
	if good, err := altcha.VerifySolutionSafe(p, a.key, false); err != nil || !good {
		return p, expires, false
	}
	expires, ok = expiry(p.Salt)
	return p, expires, ok && a.now().Before(expires)
}

// expiry reads the end that the signed salt carries.
func expiry(salt string) (at time.Time, ok bool) {
	_, query, _ := strings.Cut(salt, "?")
	values, err := url.ParseQuery(strings.TrimSuffix(query, "&"))
	if err != nil {
		return at, false
	}
	seconds, err := strconv.ParseInt(values.Get("expires"), 10, 64)
	return time.Unix(seconds, 0), err == nil
}

func refusal() error {
	return &enrolment.Error{
		Kind:   enrolment.KindInvalid,
		Detail: "La vérification contre les robots n’a pas abouti. Rechargez la page, puis envoyez de nouveau : vos réponses sont gardées.",
		Fields: map[string]string{"challenge": "La vérification contre les robots n’a pas abouti. Envoyez de nouveau."},
	}
}
