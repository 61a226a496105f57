package dynamo

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Every key of the table is made here. See DESIGN.md for what reads and writes each.
const (
	pk = "pk"
	sk = "sk"

	indexSessionsByDate = "sessionsByDate"
	openPK, openSK      = "openPk", "openSk"
	indexFilesByDue     = "filesByDue"
	duePK, dueSK        = "duePk", "dueSk"
	indexFilesByEmail   = "claimsByEmail"
	emailPK, emailSK    = "emailPk", "emailSk"

	ttl = "ttl"
)

// DueShards is over how many keys the files with something due are spread, so that no sweep meets one hot partition.
const DueShards = 4

// counters is over how many items the counts of a session are spread, beside its own. It is fixed when the session is
// made; older sessions have none. More would make the list of sessions longer to read.
const counters = 8

// open is the one partition of the index of sessions to come.
const open = "OPEN"

// cancelled is where the sessions are kept, in that index, that the organisation cancelled and told of.
const cancelled = "CANCELLED"

type item = map[string]types.AttributeValue

// key is the primary key of one item.
type key struct{ pk, sk string }

func (k key) item() item {
	return item{pk: text(k.pk), sk: text(k.sk)}
}

func fileKey(id string) key              { return key{"E#" + id, "FILE"} }
func messageKey(fileID, name string) key { return key{"E#" + fileID, messages + name} }
func sessionKey(id string) key           { return key{"S#" + id, session} }

// seatsKey is the item of a session's counter: the first is the session's own.
func seatsKey(sessionID string, i int) key {
	if i == 0 {
		return sessionKey(sessionID)
	}
	return key{"S#" + sessionID, session + "#" + strconv.Itoa(i)}
}

func ticketKey(sessionID string) key { return key{"S#" + sessionID, "TICKET"} }
func claimKey(sessionID, email string) key {
	return key{"S#" + sessionID, claims + digest(email)}
}
func queueKey(sessionID string, ticket int64) key {
	return key{"S#" + sessionID, fmt.Sprintf("%s%012d", queue, ticket)}
}
func historyKey(sessionID string, at time.Time, fileID, event string) key {
	return key{"S#" + sessionID, history + stampOf(at).text() + "#" + fileID + "#" + event}
}
func formationKey(slug string) key { return key{"F#" + slug, "FORMATION"} }
func wordingKey(slug, wording string) key {
	return key{"F#" + slug, "WORDING#" + wording}
}
func counterKey(name string) key { return key{"A#" + name, "COUNT"} }

var (
	organisationKey = key{"ORG", "ORG"}
	choicesKey      = key{"ORG", "CHOICES"}
	postKey         = key{"POST", "POST"}
)

// Prefixes of sort keys.
const (
	session  = "SESSION"
	claims   = "P#"
	queue    = "Q#"
	history  = "H#"
	messages = "M#"
)

// digest names an address in a key without showing it. The addresses of élus are public, so a key that only this house
// knows would be needed to hide who is enrolled from someone who reads the table; that person reads the files too. The
// digest is there so that keys, which reach logs and metrics, hold no personal data in clear.
func digest(email string) string {
	sum := sha256.Sum256([]byte("echarpe:email:" + email))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:20]))
}

// dueShard spreads files over the shards by their id.
func dueShard(fileID string) string { return duePartition(int(spread(fileID) % DueShards)) }

// spread is a number that differs from file to file.
func spread(fileID string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(fileID))
	return h.Sum32()
}

func duePartition(shard int) string { return "DUE#" + strconv.Itoa(shard) }

// fileIDOf reads the id back from a partition key of a file.
func fileIDOf(partition string) string { return strings.TrimPrefix(partition, "E#") }

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

func textOf(it item, name string) string {
	if v, ok := it[name].(*types.AttributeValueMemberS); ok {
		return v.Value
	}
	return ""
}

func numberOf(it item, name string) int64 {
	if v, ok := it[name].(*types.AttributeValueMemberN); ok {
		n, _ := strconv.ParseInt(v.Value, 10, 64)
		return n
	}
	return 0
}

// stamp is an instant whose text sorts as time does; the zero time is "".
type stamp string

const stampForm = "2006-01-02T15:04:05.000Z"

func stampOf(t time.Time) stamp {
	if t.IsZero() {
		return ""
	}
	return stamp(t.UTC().Format(stampForm))
}

func (s stamp) text() string { return string(s) }

func (s stamp) time() time.Time {
	t, _ := time.Parse(stampForm, string(s))
	return t
}

// dueSort is the sort key of the index of files due: the instant to look at, then since when something waits and how urgent
// it is, so that a sweep knows both from the index.
func dueSort(l enrolment.Look) string {
	if l.Since.IsZero() && l.Urgency == 0 {
		return stampOf(l.At).text()
	}
	return stampOf(l.At).text() + "#" + stampOf(l.Since).text() + "#" + strconv.Itoa(l.Urgency)
}

// afterAnySort comes after whatever follows the instant in that key.
const afterAnySort = "~"

func lookOf(sort string) (l enrolment.Look) {
	at, rest, _ := strings.Cut(sort, "#")
	since, urgency, _ := strings.Cut(rest, "#")
	l.At, l.Since = stamp(at).time(), stamp(since).time()
	l.Urgency, _ = strconv.Atoi(urgency)
	return l
}
