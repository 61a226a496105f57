package link_test

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/link"
	"pgregory.net/rapid"
)

var (
	one = "1:" + strings.Repeat("a1", 32)
	two = "2:" + strings.Repeat("b2", 32)
)

func keys(t testing.TB, text string) *link.Keys {
	t.Helper()
	k, err := link.ParseKeys(text)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestTokenOpensItsOwnFileOnly(t *testing.T) {
	k := keys(t, one)
	token := k.Token(link.Holder, "file1", 0)
	if scope, ok := k.Open(token, "file1", 0); !ok || scope != link.Holder {
		t.Fatal("own token refused")
	}
	for name, try := range map[string]struct {
		token, id string
		revision  int
	}{
		"another file":     {token, "file2", 0},
		"revoked":          {token, "file1", 1},
		"scope raised":     {strings.Replace(k.Token(link.Authority, "file1", 0), ".a.", ".h.", 1), "file1", 0},
		"truncated":        {token[:len(token)-1], "file1", 0},
		"empty":            {"", "file1", 0},
		"unknown version":  {"9" + token[1:], "file1", 0},
		"no signature":     {"1.h.", "file1", 0},
		"trailing garbage": {token + ".x", "file1", 0},
	} {
		t.Run(name, func(t *testing.T) {
			if _, ok := k.Open(try.token, try.id, try.revision); ok {
				t.Error("opened")
			}
		})
	}
}

func TestRotationKeepsOldLinksAndSignsWithTheNewSecret(t *testing.T) {
	old := keys(t, one).Token(link.Holder, "f", 0)
	rotated := keys(t, one+", "+two)
	if _, ok := rotated.Open(old, "f", 0); !ok {
		t.Error("a link made before the rotation no longer opens")
	}
	if fresh := rotated.Token(link.Holder, "f", 0); !strings.HasPrefix(fresh, "2.") {
		t.Errorf("made with an old secret: %s", fresh)
	}
	if _, ok := keys(t, two).Open(old, "f", 0); ok {
		t.Error("a link of a retired secret still opens")
	}
}

func TestParseKeysRefusesWeakOnes(t *testing.T) {
	for _, text := range []string{"", "1:", "1:abcd", "0:" + strings.Repeat("aa", 32), "x:" + strings.Repeat("aa", 32), strings.Repeat("aa", 32)} {
		if _, err := link.ParseKeys(text); err == nil {
			t.Errorf("accepted %q", text)
		}
	}
}

func TestForgedTokensNeverOpen(t *testing.T) {
	k := keys(t, one)
	rapid.Check(t, func(t *rapid.T) {
		forged := "1.h." + rapid.StringMatching(`[A-Za-z0-9_-]{0,60}`).Draw(t, "signature")
		if _, ok := k.Open(forged, "file1", 0); ok {
			t.Fatal("opened")
		}
	})
}

func FuzzOpen(f *testing.F) {
	k := keys(f, one)
	f.Add("1.h.abc")
	f.Add(k.Token(link.Holder, "other", 0))
	f.Fuzz(func(t *testing.T, token string) {
		if _, ok := k.Open(token, "file1", 0); ok {
			t.Fatal("opened")
		}
	})
}

func TestAPassOpensAKioskUntilItsEnd(t *testing.T) {
	k, end := keys(t, one), time.Date(2026, 11, 27, 23, 0, 0, 0, time.UTC)
	pass := k.Pass("ab12", end)
	if id, ok := k.OpenPass(pass, end.Add(-time.Second)); !ok || id != "ab12" {
		t.Fatalf("refused: %q", id)
	}
	holder := "ab12-1795820400." + k.Token(link.Holder, "ab12-1795820400", 0)
	for name, try := range map[string]string{
		"none": "", "longer": strings.Replace(pass, "-17", "-18", 1), "another's": "x" + pass, "another key's": keys(t, two).Pass("ab12", end),
		"of another scope": holder, "raised to the scope": strings.Replace(holder, ".h.", ".k.", 1),
	} {
		if _, ok := k.OpenPass(try, end.Add(-time.Second)); ok {
			t.Errorf("%s: opened by %q", name, try)
		}
	}
	if _, ok := k.OpenPass(pass, end); ok {
		t.Error("opened after its end")
	}
}

func TestAContactsLinkIsOfThatContactAndNeverOfTheNextOne(t *testing.T) {
	k, err := link.ParseKeys("1:" + strings.Repeat("0a", 32))
	if err != nil {
		t.Fatal(err)
	}
	links := link.Links{Site: "https://exemple.fr", Keys: k}
	token := func(contact int) string {
		_, token, _ := strings.Cut(links.Papers("abc", 0, contact), "#abc.")
		return token
	}
	if token(0) != k.Token(link.Authority, "abc", 0) {
		t.Error("links sent before contacts were numbered do not open")
	}
	for contact := range 3 {
		for other := range 3 {
			if _, ok := k.OpenContact(token(contact), "abc", 0, other); ok != (contact == other) {
				t.Errorf("the link of contact %d opens as contact %d: %v", contact, other, ok)
			}
		}
	}
	if _, ok := k.OpenContact(k.Token(link.Holder, "abc", 0), "abc", 0, 0); ok {
		t.Error("the holder's link is a contact's")
	}
}

func TestACodeIsKnownByItsDigestAndOpensNothing(t *testing.T) {
	before := link.Links{Site: "https://exemple.fr", Keys: keys(t, one)}
	_, mark, found := strings.Cut(before.Presence("mars", "file1"), "/presence/#")
	if !found || !strings.HasPrefix(mark, "mars.1.p.") || strings.Contains(mark, "file1") {
		t.Fatalf("the mark is %q", mark)
	}
	sum := sha256.Sum256([]byte(mark))
	digest := base64.RawURLEncoding.EncodeToString(sum[:16])
	rotated := keys(t, one+","+two)
	if got := rotated.PresenceDigests("mars", "file1"); len(got) != 2 || got[0] != digest {
		t.Errorf("a code printed before the secret was rotated is no longer known: %v", got)
	}
	for name, other := range map[string][]string{
		"another session": rotated.PresenceDigests("avril", "file1"), "somebody else": rotated.PresenceDigests("mars", "file2"),
	} {
		if slices.Contains(other, digest) {
			t.Errorf("the code is that of %s", name)
		}
	}
	// The session is signed with the file: its name in a code cannot be changed for another's.
	renamed := sha256.Sum256([]byte("avril" + strings.TrimPrefix(mark, "mars")))
	if slices.Contains(rotated.PresenceDigests("avril", "file1"), base64.RawURLEncoding.EncodeToString(renamed[:16])) {
		t.Error("a code is good for another session once it names it")
	}
	_, token, _ := strings.Cut(mark, ".")
	for _, id := range []string{"file1", "mars", "file1\nmars"} {
		if _, ok := before.Keys.Open(token, id, 0); ok {
			t.Errorf("a code opens something of %q", id)
		}
	}
}
