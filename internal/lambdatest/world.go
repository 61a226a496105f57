package lambdatest

import (
	"context"
	"crypto/rand"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/catalogue"
	"github.com/echarpe/echarpe/internal/dynamo"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/link"
	"github.com/echarpe/echarpe/internal/s3test"
	"github.com/echarpe/echarpe/internal/sestest"
)

// World is what the functions work in: a table with the sample catalogue, a mailbox, and the environment that the
// template gives them.
type World struct {
	Store *dynamo.Store
	Mail  *sestest.Server
	Table string            // address of DynamoDB Local
	Env   map[string]string // for [Start]

	values map[string]string // what stands for {{name}} in the event files
	people int
}

// Runtime are the template's settings of Go itself, for whoever measures (internal/stack compares them).
var Runtime = map[string]string{"GOMAXPROCS": "1", "GOGC": "400", "GOMEMLIMIT": "200MiB"}

// Variables are those that the template gives the functions, with a link secret of their own; [Start] takes them.
func Variables() map[string]string {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails, by its contract
	vars := map[string]string{
		"TABLE_NAME": dynamotest.TableName, "SITE_URL": "https://inscriptions.exemple.fr", "LINK_SECRETS": "1:" + hex.EncodeToString(secret),
		"MAIL_FROM": `"Écharpe" <inscriptions@exemple.fr>`, "MAIL_CONFIGURATION_SET": "echarpe", "METRICS_NAMESPACE": "Echarpe/test",
	}
	maps.Copy(vars, Runtime)
	return vars
}

// NewWorld makes one for the repository at root.
func NewWorld(t testing.TB, root string) *World {
	t.Helper()
	cfg := dynamotest.Database(t)
	credentials, err := cfg.Credentials.Retrieve(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	w := &World{Store: dynamotest.Open(cfg, nil), Mail: sestest.Start(t), Table: *cfg.BaseEndpoint, Env: Variables()}
	w.Env["AWS_ENDPOINT_URL_DYNAMODB"], w.Env["AWS_ENDPOINT_URL_SESV2"] = w.Table, w.Mail.URL
	w.Env["AWS_ACCESS_KEY_ID"], w.Env["AWS_SECRET_ACCESS_KEY"] = credentials.AccessKeyID, credentials.SecretAccessKey
	session, formation, err := fill(context.Background(), w.Store, filepath.Join(root, "infra/catalogue/sample.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	w.values = map[string]string{"session": session, "formation": formation}
	w.NewPerson()
	return w
}

// fill applies the sample catalogue, and gives its largest session with the slug of its formation.
func fill(ctx context.Context, store *dynamo.Store, sample string) (session, formation string, err error) {
	g, err := guide.Load()
	if err != nil {
		return "", "", err
	}
	source, err := os.ReadFile(sample)
	if err != nil {
		return "", "", err
	}
	ground, err := catalogue.Survey(ctx, store, g, time.Now())
	if err != nil {
		return "", "", err
	}
	read, err := catalogue.Read(source, ground)
	if err != nil {
		return "", "", err
	}
	if _, err := read.Apply(ctx, ground, store, booking.New(store, g, time.Now)); err != nil {
		return "", "", err
	}
	largest := slices.MaxFunc(read.Sessions, func(a, b enrolment.Session) int { return a.Capacity - b.Capacity })
	return largest.ID, largest.Formation.Slug, nil
}

// NewPerson changes who the next events are about.
func (w *World) NewPerson() {
	w.people++
	w.values["email"] = fmt.Sprintf("jeanne.legoff%d@exemple.fr", w.people)
	w.values["key"] = uuid.NewString()
	delete(w.values, "id")
	delete(w.values, "token")
	delete(w.values, "contact")
	delete(w.values, "scan")
}

// Bucket gives the functions a bucket of scans.
func (w *World) Bucket(t testing.TB) *s3test.Bucket {
	t.Helper()
	b := s3test.OpenAs(t, w.Env["AWS_ACCESS_KEY_ID"], w.Env["AWS_SECRET_ACCESS_KEY"])
	w.Env["SCAN_BUCKET"], w.Env["AWS_ENDPOINT_URL_S3"] = b.Name, b.URL
	return b
}

// Offered keeps the scan's id from the answer to scans-offer.json, for the next events.
func (w *World) Offered(answer []byte) error {
	var got struct{ Scan string }
	if err := json.Unmarshal(answer, &got); err != nil || got.Scan == "" {
		return fmt.Errorf("no scan offered: %w: %s", err, answer)
	}
	w.values["scan"] = got.Scan
	return nil
}

// Value is what stands for {{name}} in the events: session, formation, email, key; id, token and contact (the token of the collectivité) once enrolled, scan once offered.
func (w *World) Value(name string) string { return w.values[name] }

// Forge makes the next events carry a token that the house did not sign.
func (w *World) Forge() { w.values["token"] = "1.h.forged" }

// Enrolled keeps the file's id and token from the answer to api-enrol.json, for the next events.
func (w *World) Enrolled(answer []byte) error {
	var got struct {
		Enrolment struct{ ID, Status string }
		Link      string
	}
	if err := json.Unmarshal(answer, &got); err != nil {
		return fmt.Errorf("the answer to an enrolment: %w", err)
	}
	_, fragment, _ := strings.Cut(got.Link, "#")
	id, token, ok := strings.Cut(fragment, ".")
	if !ok || id != got.Enrolment.ID || got.Enrolment.Status != "reserved" {
		return fmt.Errorf("not a seat held: %s", answer)
	}
	w.values["id"], w.values["token"] = id, token
	keys, err := link.ParseKeys(w.Env["LINK_SECRETS"])
	if err != nil {
		return err
	}
	w.values["contact"] = keys.Token(link.Authority, id, 0)
	return nil
}

//go:embed testdata
var events embed.FS

// Event gives an event file of testdata, its {{names}} replaced.
func (w *World) Event(file string) ([]byte, error) {
	raw, err := events.ReadFile("testdata/" + file)
	if err != nil {
		return nil, err
	}
	event := string(raw)
	for name, value := range w.values {
		event = strings.ReplaceAll(event, "{{"+name+"}}", value)
	}
	if _, missing, found := strings.Cut(event, "{{"); found {
		return nil, fmt.Errorf("%s: no value for {{%.20s", file, missing)
	}
	return []byte(event), nil
}

// Root is the repository that holds the working directory.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("not inside the repository")
		}
		dir = filepath.Dir(dir)
	}
}
