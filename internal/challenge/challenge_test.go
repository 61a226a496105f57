package challenge_test

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
	"time"

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

var work = challenge.Work{Keys: 50, Rounds: 2}

var start = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func challenger(now *time.Time) *challenge.Altcha {
	return challenge.New(spent{}, []byte("key"), work, func() time.Time { return *now })
}

// payload is what the browser sends, before base64.
type payload struct {
	Challenge challenge.Challenge `json:"challenge"`
	Solution  solution            `json:"solution"`
}

type solution struct {
	Counter    uint32 `json:"counter"`
	DerivedKey string `json:"derivedKey"`
}

// solve does what the browser does, from the JSON it gets.
func solve(t testing.TB, a *challenge.Altcha, change func(*payload)) string {
	t.Helper()
	issued, err := a.Issue()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(issued)
	if err != nil {
		t.Fatal(err)
	}
	var p payload
	if err := json.Unmarshal(raw, &p.Challenge); err != nil {
		t.Fatal(err)
	}
	for n := range uint32(work.Keys) {
		key, err := challenge.Derive(p.Challenge.Parameters, n)
		if err != nil {
			t.Fatal(err)
		}
		if found := hex.EncodeToString(key); strings.HasPrefix(found, p.Challenge.Parameters.KeyPrefix) {
			p.Solution = solution{n, found}
		}
	}
	if p.Solution.DerivedKey == "" {
		t.Fatal("no counter fits")
	}
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
		"none":                    "",
		"not base64":              "!!!",
		"not JSON":                base64.StdEncoding.EncodeToString([]byte("x")),
		"signed by somebody else": solve(t, other, nil),
		"no work at all": solve(t, a, func(p *payload) {
			p.Solution.DerivedKey = p.Challenge.Parameters.KeyPrefix + strings.Repeat("0", 32)
		}),
		"another key":              solve(t, a, func(p *payload) { p.Solution.DerivedKey = strings.Repeat("0", 64) }),
		"a later end":              solve(t, a, func(p *payload) { p.Challenge.Parameters.ExpiresAt++ }),
		"less work":                solve(t, a, func(p *payload) { p.Challenge.Parameters.Cost = 1 }),
		"a weaker algorithm":       solve(t, a, func(p *payload) { p.Challenge.Parameters.Algorithm = "PBKDF2/SHA-1" }),
		"a shorter prefix":         solve(t, a, func(p *payload) { p.Challenge.Parameters.KeyPrefix = "" }),
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
	for _, s := range []string{"", "e30=", solve(f, a, func(p *payload) { p.Solution.Counter++; p.Solution.DerivedKey = "" })} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, solution string) {
		if err := a.Check(context.Background(), solution, "key"); enrolment.KindOf(err) != enrolment.KindInvalid {
			t.Fatalf("a made-up solution was not refused: %v", err)
		}
	})
}

// The same key stands in frontend/tests/unit/vault.test.ts: both derive as the protocol says.
func TestAKeyIsTheOneThatBrowsersDerive(t *testing.T) {
	key, err := challenge.Derive(challenge.Parameters{Nonce: strings.Repeat("ab", 16), Salt: strings.Repeat("cd", 16), Cost: 2, KeyLength: 32}, 321)
	if got := hex.EncodeToString(key); err != nil || got != "6fe1b79e36353be36528b228b418fe007f44b602e42bae1d95eb49af6950ae36" {
		t.Errorf("%s, %v", got, err)
	}
}

// What a robot pays on average for a solution, what the browser pays at most, and what the server pays: "go test -bench . ./internal/challenge".
func BenchmarkDerivation(b *testing.B) {
	p := challenge.Parameters{Nonce: strings.Repeat("ab", 16), Salt: strings.Repeat("cd", 16), Cost: challenge.Deployed.Rounds, KeyLength: 32}
	for b.Loop() {
		if _, err := challenge.Derive(p, 1); err != nil {
			b.Fatal(err)
		}
	}
	one := b.Elapsed().Seconds() / float64(b.N)
	b.ReportMetric(one*float64(challenge.Deployed.Keys)/2, "s/solution")
	b.ReportMetric(one*1000, "ms/challenge")
}

func BenchmarkCheck(b *testing.B) {
	now := start
	a := challenger(&now)
	s := solve(b, a, nil)
	for b.Loop() {
		if err := a.Check(b.Context(), s, "key"); err != nil {
			b.Fatal(err)
		}
	}
}
