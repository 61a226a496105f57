package challenge_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/altcha-org/altcha-lib-go"

	"github.com/echarpe/echarpe/internal/challenge"
	"github.com/echarpe/echarpe/internal/enrolment"
)

type spent map[string]string

func (s spent) Spend(_ context.Context, solution, request string, _ time.Time) (bool, error) {
	if by, done := s[solution]; done {
		return by == request, nil
	}
	s[solution] = request
	return true, nil
}

const work = 500

var start = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func challenger(now *time.Time) *challenge.Altcha {
	return challenge.New(spent{}, []byte("key"), work, func() time.Time { return *now })
}

// solve does what the browser does, from the JSON it gets.
func solve(t testing.TB, a *challenge.Altcha, change func(*altcha.Payload)) string {
	t.Helper()
	issued, err := a.Issue()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(issued)
	if err != nil {
		t.Fatal(err)
	}
	var c struct {
		Algorithm, Challenge, Salt, Signature string
		MaxNumber                             int64 `json:"maxnumber"`
	}
	if err := json.Unmarshal(raw, &c); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(raw), `"maxnumber":500`) {
		t.Fatalf("the browser reads maxnumber: %s", raw)
	}
	s, err := altcha.SolveChallengeSafe(c.Challenge, c.Salt, altcha.Algorithm(c.Algorithm), int(c.MaxNumber), 0, nil)
	if err != nil || s == nil {
		t.Fatalf("no solution: %v", err)
	}
	p := altcha.Payload{Algorithm: c.Algorithm, Challenge: c.Challenge, Number: int64(s.Number), Salt: c.Salt, Signature: c.Signature}
	if change != nil {
		change(&p)
	}
	if raw, err = json.Marshal(p); err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(raw)
}

func TestASolutionIsGoodForOneRequest(t *testing.T) {
	now := start
	a := challenger(&now)
	s := solve(t, a, nil)
	for _, c := range []struct {
		name, request string
		ok            bool
	}{
		{"first", "key-1", true},
		{"the same request again", "key-1", true},
		{"another request", "key-2", false},
		{"a request without key", "", false},
	} {
		if err := a.Check(t.Context(), s, c.request); (err == nil) != c.ok {
			t.Errorf("%s: got %v, want accepted %v", c.name, err, c.ok)
		}
	}
	s = solve(t, a, nil)
	if err := a.Check(t.Context(), s, ""); err != nil {
		t.Errorf("without key: %v", err)
	}
	if err := a.Check(t.Context(), s, ""); err == nil {
		t.Error("accepted twice without key")
	}
}

func TestSolutionsThatAreRefused(t *testing.T) {
	now := start
	a := challenger(&now)
	other := challenge.New(spent{}, []byte("another key"), work, func() time.Time { return now })
	for name, s := range map[string]string{
		"none":                     "",
		"not base64":               "!!!",
		"not JSON":                 base64.StdEncoding.EncodeToString([]byte("x")),
		"signed by somebody else":  solve(t, other, nil),
		"another number":           solve(t, a, func(p *altcha.Payload) { p.Number++ }),
		"a later end":              solve(t, a, func(p *altcha.Payload) { p.Salt = p.Salt[:len(p.Salt)-2] + "9&" }),
		"a weaker algorithm":       solve(t, a, func(p *altcha.Payload) { p.Algorithm = "SHA-1" }),
		"an algorithm not known":   solve(t, a, func(p *altcha.Payload) { p.Algorithm = "none" }),
		"longer than any solution": base64.StdEncoding.EncodeToString(make([]byte, 4096)),
	} {
		if err := a.Check(t.Context(), s, "key"); enrolment.KindOf(err) != enrolment.KindInvalid {
			t.Errorf("%s: got %v, want a refusal", name, err)
		}
	}
}

func TestASolutionEnds(t *testing.T) {
	now := start
	a := challenger(&now)
	s := solve(t, a, nil)
	now = start.Add(30 * time.Minute)
	if err := a.Check(t.Context(), s, "key"); err == nil {
		t.Error("accepted after its end")
	}
}

func FuzzCheck(f *testing.F) {
	now := start
	a := challenger(&now)
	for _, s := range []string{"", "e30=", solve(f, a, func(p *altcha.Payload) { p.Number = -1 })} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, solution string) {
		if err := a.Check(context.Background(), solution, "key"); enrolment.KindOf(err) != enrolment.KindInvalid {
			t.Fatalf("a made-up solution was not refused: %v", err)
		}
	})
}
