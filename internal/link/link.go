// Package link makes and checks the tokens of personal links. A token is an HMAC of the file's id, the scope and the
// file's link revision under a versioned secret: nothing is stored, so that any mail can rebuild a link, a link can
// be revoked by raising the file's revision, and the secret is rotated by adding a version.
//
//	<secret version>.<scope>.<base64url HMAC-SHA-256>
package link

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Scope limits what a token opens.
type Scope string

// The scopes.
const (
	Holder      Scope = "h" // everything on the file: the link that whoever enrols gets at once
	Mailed      Scope = "m" // the same, and only ever sent to the file's address: who opens it has its mailbox
	Authority   Scope = "a" // the papers only: the contact at the collectivité
	Silence     Scope = "s" // no more mails to the contact at the collectivité: stands in mail headers
	Unsubscribe Scope = "u" // stopping reminders only: stands in mail headers
	NewAddress  Scope = "e" // making one address the file's: only ever sent to that address
	Kiosk       Scope = "k" // enrolling at a kiosk of the organisation: see Pass
	Trainer     Scope = "t" // the attendance of one session, some days long: whoever teaches it
	Shown       Scope = "c" // no link: a text of ours that was shown, and comes back to be signed
	Presence    Scope = "p" // nothing at all: see Presence
)

// Keys holds the secrets by version. Tokens are made with the highest and checked with the one they name.
type Keys struct {
	secrets map[int][]byte
	newest  int
}

// ParseKeys reads "1:hex,2:hex". Each secret has 32 bytes at least.
func ParseKeys(text string) (*Keys, error) {
	k := &Keys{secrets: map[int][]byte{}}
	for _, entry := range strings.Split(text, ",") {
		version, secret, err := parseKey(strings.TrimSpace(entry))
		if err != nil {
			return nil, err
		}
		k.secrets[version] = secret
		k.newest = max(k.newest, version)
	}
	return k, nil
}

func parseKey(entry string) (version int, secret []byte, err error) {
	v, h, found := strings.Cut(entry, ":")
	if version, err = strconv.Atoi(v); !found || err != nil || version < 1 {
		return 0, nil, errors.New("link secret: each entry is version:hex, with a version from 1")
	}
	if secret, err = hex.DecodeString(h); err != nil || len(secret) < 32 {
		return 0, nil, fmt.Errorf("link secret version %d: 64 hexadecimal characters at least are needed", version)
	}
	return version, secret, nil
}

// Token makes the token of a file for a scope. Revision is the file's LinkRevision.
func (k *Keys) Token(scope Scope, fileID string, revision int) string {
	return fmt.Sprintf("%d.%s.%s", k.newest, scope, base64.RawURLEncoding.EncodeToString(k.sum(k.newest, scope, fileID, revision)))
}

// Open gives the scope of a token for a file; ok is false when it is malformed, forged, of another file, of an unknown secret or revoked.
// Compares in constant time.
func (k *Keys) Open(token, fileID string, revision int) (scope Scope, ok bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return "", false
	}
	version, err := strconv.Atoi(parts[0])
	if err != nil || k.secrets[version] == nil {
		return "", false
	}
	got, err := base64.RawURLEncoding.Strict().DecodeString(parts[2])
	if err != nil {
		return "", false
	}
	scope = Scope(parts[1])
	return scope, hmac.Equal(got, k.sum(version, scope, fileID, revision))
}

func (k *Keys) sum(version int, scope Scope, fileID string, revision int) []byte {
	m := hmac.New(sha256.New, k.secrets[version])
	fmt.Fprintf(m, "echarpe link\n%s\n%s\n%d", scope, fileID, revision)
	return m.Sum(nil)
}

// Links builds the addresses that mails and answers carry. Site has no trailing slash.
type Links struct {
	Site string
	Keys *Keys
}

// File is the holder's page. The token is in the fragment, so that it reaches no server log.
func (l Links) File(id string, revision int) string {
	return l.Site + "/dossier/#" + id + "." + l.Keys.Token(Holder, id, revision)
}

// Mailed is the holder's page too, for mails to the file's own address only: opening it proves the address.
func (l Links) Mailed(id string, revision int) string {
	return l.Site + "/dossier/#" + id + "." + l.Keys.Token(Mailed, id, revision)
}

// Papers is the page of the contact at the collectivité; contact is the revision of who that is, so that a link is of one contact and
// never of another, not even of the same one named again.
func (l Links) Papers(id string, revision, contact int) string {
	return l.Site + "/papiers/#" + id + "." + l.Keys.Token(Authority, contactOf(id, contact), revision)
}

// Silence is the address that stops the mails to a contact by POST (RFC 8058).
func (l Links) Silence(id string, revision, contact int) string {
	return l.Site + "/api/enrolments/" + id + "/unsubscription/" + l.Keys.Token(Silence, contactOf(id, contact), revision)
}

// OpenContact is [Keys.Open] for the links of a contact at the collectivité.
func (k *Keys) OpenContact(token, id string, revision, contact int) (scope Scope, ok bool) {
	scope, ok = k.Open(token, contactOf(id, contact), revision)
	return scope, ok && (scope == Authority || scope == Silence)
}

// contactOf names a contact of a file. The first one's is the file's own, as it was before there were others.
func contactOf(id string, contact int) string {
	if contact == 0 {
		return id
	}
	return id + "\ncontact " + strconv.Itoa(contact)
}

// Unsubscribe is the address that stops reminders by POST (RFC 8058).
func (l Links) Unsubscribe(id string, revision int) string {
	return l.Site + "/api/enrolments/" + id + "/unsubscription/" + l.Keys.Token(Unsubscribe, id, revision)
}

// NewAddress is the page that makes an address the file's. The token is of that address, and is revoked with the file's other links.
func (l Links) NewAddress(id, email string, revision int) string {
	return l.Site + "/dossier/#" + id + "." + l.Keys.Token(NewAddress, addressOf(id, email), revision)
}

// OpensAddress tells whether a token is the one that was sent to an address, to make it the file's, while its links had that revision.
func (k *Keys) OpensAddress(token, id, email string, revision int) bool {
	scope, ok := k.Open(token, addressOf(id, email), revision)
	return ok && scope == NewAddress && email != ""
}

func addressOf(id, email string) string { return id + "\n" + email }

// Seal says of a text that we gave it, to be signed for a file under an edition of its papers; digest names the text.
func (k *Keys) Seal(id, digest string, edition int) string {
	return k.Token(Shown, shownOf(id, digest), edition)
}

// Sealed tells whether a seal is of that text.
func (k *Keys) Sealed(seal, id, digest string, edition int) bool {
	scope, ok := k.Open(seal, shownOf(id, digest), edition)
	return ok && scope == Shown
}

func shownOf(id, digest string) string { return id + "\nconvention " + digest }

// Sheet is the trainer's page of a session, to mark who is there; revision is how many times its link was revoked.
func (l Links) Sheet(sessionID string, revision int) string {
	return l.Site + "/feuille/#" + sessionID + "." + l.Keys.Token(Trainer, sessionID, revision)
}

// Presence is the address in the code on a convocation, which the tablet of the room reads to know whose it is. It opens nothing: its page
// says what the code is for, and no route takes it. It names the session, which anybody may know, and nobody; it outlives a revocation of
// the file's links, since a paper printed before is as good in the room.
func (l Links) Presence(sessionID, fileID string) string {
	return l.Site + "/presence/#" + l.Keys.presence(l.Keys.newest, sessionID, fileID)
}

// presenceBytes is what is kept of a signature in a code: a code with fewer squares is read from further away.
const presenceBytes = 16

func (k *Keys) presence(version int, sessionID, fileID string) string {
	sum := k.sum(version, Presence, fileID+"\n"+sessionID, 0)[:presenceBytes]
	return fmt.Sprintf("%s.%d.%s.%s", sessionID, version, Presence, base64.RawURLEncoding.EncodeToString(sum))
}

// PresenceDigests are those of the codes that may be on somebody's convocation: one for each secret in use. A tablet without network
// knows a code by its digest; who steals the tablet can make no code of them.
func (k *Keys) PresenceDigests(sessionID, fileID string) (digests []string) {
	for _, version := range slices.Sorted(maps.Keys(k.secrets)) {
		sum := sha256.Sum256([]byte(k.presence(version, sessionID, fileID)))
		digests = append(digests, base64.RawURLEncoding.EncodeToString(sum[:presenceBytes]))
	}
	return digests
}

// Pass opens a kiosk until an instant: whoever enrols there needs no other proof of their address. The id is the pass's own.
func (k *Keys) Pass(id string, until time.Time) string {
	name := id + "-" + strconv.FormatInt(until.Unix(), 10)
	return name + "." + k.Token(Kiosk, name, 0)
}

// OpenPass gives the id of a pass; ok is false when it is forged, or over.
func (k *Keys) OpenPass(pass string, now time.Time) (id string, ok bool) {
	name, token, _ := strings.Cut(pass, ".")
	id, end, _ := strings.Cut(name, "-")
	until, err := strconv.ParseInt(end, 10, 64)
	if err != nil || !now.Before(time.Unix(until, 0)) {
		return "", false
	}
	scope, ok := k.Open(token, name, 0)
	return id, ok && scope == Kiosk
}

// Kiosk is the page of a kiosk that a pass opens.
func (l Links) Kiosk(pass string) string { return l.Site + "/borne/#" + pass }

// Derive gives a key for another purpose, so that one secret serves the house. It changes when the secret is rotated.
func (k *Keys) Derive(purpose string) []byte {
	m := hmac.New(sha256.New, k.secrets[k.newest])
	fmt.Fprintf(m, "echarpe key\n%s", purpose)
	return m.Sum(nil)
}
