// Package challenge asks a browser for a proof of work before an enrolment, when many unproved ones come from one source or to one
// session. It costs a robot seconds of a processor for each, and a person a short wait. It needs no third party.
//
// The challenge has the form of ALTCHA's second protocol: find the counter whose derived key (PBKDF2, SHA-512) begins as told. PBKDF2 is
// native in browsers, and SHA-512 is about as fast on a telephone as on a server. The counter is drawn evenly, so that nobody searches
// for ever. Making a challenge costs one derivation, checking its solution none: its signature covers the key that was to be found.
//
// A solution is good for one request, until it expires: spending it is a condition of the table, which forgets it later than that. The same
// request sent again (the network failed, the idempotency key is the same) may present it again.
package challenge

import (
	"context"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Spent remembers, until it expires, which request each solution was spent on.
type Spent interface {
	// Spend tells whether the solution is for this request: it was not spent, or was spent on the same one.
	Spend(ctx context.Context, solution, request string, expires time.Time) (ok bool, err error)
}

// Work is what a solution costs: Keys derivations at most, half of them on average, of Rounds rounds each.
type Work struct{ Keys, Rounds int }

// Deployed is the work of a deployed house; SECURITY.md says what was measured. One derivation is what the server pays for a challenge.
var Deployed = Work{Keys: 4400, Rounds: 2500}

// Altcha makes challenges and checks their solutions.
type Altcha struct {
	spent Spent
	key   []byte
	work  Work
	now   func() time.Time
}

const (
	// lifetime leaves time to fill in a form at leisure.
	lifetime = 30 * time.Minute
	// largest is more than any solution weighs.
	largest   = 2048
	algorithm = "PBKDF2/SHA-512"
	keyLength = 32
)

// New makes a challenger. key signs the challenges.
func New(spent Spent, key []byte, work Work, now func() time.Time) *Altcha {
	return &Altcha{spent: spent, key: key, work: work, now: now}
}

// Challenge is what the browser gets, under the names of the protocol.
type Challenge struct {
	Parameters Parameters `json:"parameters"`
	Signature  string     `json:"signature"`
}

// Parameters say what is to be found.
type Parameters struct {
	Algorithm string `json:"algorithm"`
	Nonce     string `json:"nonce"`
	Salt      string `json:"salt"`
	Cost      int    `json:"cost"`
	KeyLength int    `json:"keyLength"`
	KeyPrefix string `json:"keyPrefix"`
	ExpiresAt int64  `json:"expiresAt"`
}

// payload is what the browser sends back.
type payload struct {
	Challenge Challenge `json:"challenge"`
	Solution  struct {
		Counter    int    `json:"counter"`
		DerivedKey string `json:"derivedKey"`
	} `json:"solution"`
}

// Issue makes a [Challenge], to be given to the browser as JSON.
func (a *Altcha) Issue() (any, error) {
	random := make([]byte, 32)
	_, _ = rand.Read(random) // never fails
	counter, err := rand.Int(rand.Reader, big.NewInt(int64(a.work.Keys)))
	if err != nil {
		return nil, fmt.Errorf("make a challenge: %w", err)
	}
	p := Parameters{
		Algorithm: algorithm, Nonce: hex.EncodeToString(random[:16]), Salt: hex.EncodeToString(random[16:]),
		Cost: a.work.Rounds, KeyLength: keyLength, ExpiresAt: a.now().Add(lifetime).Unix(),
	}
	key, err := Derive(p, uint32(counter.Int64())) //nolint:gosec // below Keys
	if err != nil {
		return nil, fmt.Errorf("make a challenge: %w", err)
	}
	p.KeyPrefix = hex.EncodeToString(key[:keyLength/2])
	return Challenge{p, a.sign(p, hex.EncodeToString(key))}, nil
}

// Derive gives the key of a counter.
func Derive(p Parameters, counter uint32) ([]byte, error) {
	nonce, err := hex.DecodeString(p.Nonce)
	if err != nil {
		return nil, err
	}
	salt, err := hex.DecodeString(p.Salt)
	if err != nil {
		return nil, err
	}
	return pbkdf2.Key(sha512.New, string(binary.BigEndian.AppendUint32(nonce, counter)), salt, p.Cost, p.KeyLength)
}

// sign covers what was asked and the key that answers it.
func (a *Altcha) sign(p Parameters, key string) string {
	m := hmac.New(sha256.New, a.key)
	fmt.Fprintf(m, "challenge\n%s\n%s\n%s\n%d\n%d\n%s\n%d\n%s", p.Algorithm, p.Nonce, p.Salt, p.Cost, p.KeyLength, p.KeyPrefix, p.ExpiresAt, key)
	return hex.EncodeToString(m.Sum(nil))
}

// Check spends a solution on a request, named by its idempotency key and its person ("" for one that has none: then it is good once).
// It refuses, with an error of kind validation, a solution that is absent, forged, late, or spent on another request.
func (a *Altcha) Check(ctx context.Context, solution, request string) error {
	p, ok := a.read(solution)
	if !ok {
		return refusal()
	}
	if request == "" {
		request = rand.Text()
	}
	mine, err := a.spent.Spend(ctx, p.Challenge.Signature, request, time.Unix(p.Challenge.Parameters.ExpiresAt, 0).Add(time.Hour))
	if err != nil {
		return fmt.Errorf("spend a solution: %w", err)
	}
	if !mine {
		return refusal()
	}
	return nil
}

// read gives a solution whose signature and time are right.
func (a *Altcha) read(solution string) (p payload, ok bool) {
	if len(solution) == 0 || len(solution) > largest {
		return p, false
	}
	raw, err := base64.StdEncoding.DecodeString(solution)
	if err != nil || json.Unmarshal(raw, &p) != nil {
		return p, false
	}
	asked := p.Challenge.Parameters
	signed := hmac.Equal([]byte(p.Challenge.Signature), []byte(a.sign(asked, p.Solution.DerivedKey)))
	return p, signed && a.now().Before(time.Unix(asked.ExpiresAt, 0))
}

func refusal() error {
	return &enrolment.Error{
		Kind:   enrolment.KindInvalid,
		Detail: "La vérification contre les robots n’a pas abouti. Rechargez la page, puis envoyez de nouveau : vos réponses sont gardées.",
		Fields: map[string]string{enrolment.FieldChallenge: "La vérification contre les robots n’a pas abouti. Envoyez de nouveau."},
	}
}
