package handout_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/s3test"
	"github.com/echarpe/echarpe/internal/scan/handout"
)

const file = "abcdefghijklmnopqrstuvwxyz"

var png = []byte("\x89PNG\x0D\x0A\x1A\x0A and so on")

func deskOf(b *s3test.Bucket) handout.Desk {
	return handout.Desk{Bucket: b.Name, Address: b.URL, Region: b.Config.Region, Keys: b.Config.Credentials, Now: time.Now}
}

func sent(pages int) enrolment.Scan {
	s := enrolment.Scan{Pages: make([]enrolment.ScanPage, pages)}
	for i := range s.Pages {
		s.Pages[i] = enrolment.ScanPage{Type: enrolment.ScanPNG, Size: int64(len(png))}
	}
	s.ID = enrolment.ScanID(file, "k", s.Pages)
	return s
}

func named(int) string { return "convention-signee-7K3M-page-1.png" }

func get(t *testing.T, address string) (*http.Response, []byte) {
	t.Helper()
	answer, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	got, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, got
}

// The bucket takes the address as it was signed, and in no other way.
func TestAnAddressDownloadsOnePageForAFewMinutes(t *testing.T) {
	b := s3test.Open(t)
	s := sent(2)
	b.Put(handout.Key(file, s.ID, 1), "text/html", png) // whatever the bucket thinks it is
	b.Put(handout.Key(file, s.ID, 2), "image/png", png)
	addresses, err := deskOf(b).Read(t.Context(), file, s, named)
	if err != nil || len(addresses) != 2 {
		t.Fatal(addresses, err)
	}
	answer, got := get(t, addresses[0])
	if h := answer.Header; answer.StatusCode != http.StatusOK || !bytes.Equal(got, png) || h.Get("Content-Type") != "image/png" || h.Get("Content-Disposition") != `attachment; filename="convention-signee-7K3M-page-1.png"` {
		t.Errorf("%d %q %v", answer.StatusCode, got, h)
	}
	other, _, _ := strings.Cut(addresses[1], "?")
	_, query, _ := strings.Cut(addresses[0], "?")
	for name, address := range map[string]string{
		"without its signature": other,
		"another page":          other + "?" + query,
		"for longer":            strings.Replace(addresses[0], "X-Amz-Expires=300", "X-Amz-Expires=3000", 1),
		"shown in the page":     strings.Replace(addresses[0], "attachment", "inline", 1),
	} {
		if answer, _ := get(t, address); address == addresses[0] || answer.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %d", name, answer.StatusCode)
		}
	}
	late := deskOf(b)
	late.Now = func() time.Time { return time.Now().Add(-301 * time.Second) }
	old, err := late.Read(t.Context(), file, s, named)
	if err != nil {
		t.Fatal(err)
	}
	if answer, _ := get(t, old[0]); answer.StatusCode != http.StatusForbidden {
		t.Errorf("five minutes later: %d", answer.StatusCode)
	}
}

// AWS's own client signs the same, at the address that AWS has for a bucket, with the session's token that a function has.
func TestAnAddressIsWhatTheClientOfAWSSigns(t *testing.T) {
	keys := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: "id", SecretAccessKey: "key", SessionToken: "session"}, nil
	})
	s := sent(1)
	d := handout.Desk{Bucket: "echarpe-scans-123456789012", Region: "eu-west-3", Keys: keys, Now: time.Now}
	ours, err := d.Read(t.Context(), file, s, named)
	if err != nil {
		t.Fatal(err)
	}
	client := s3.NewPresignClient(s3.NewFromConfig(aws.Config{Region: d.Region, Credentials: keys}))
	theirs, err := client.PresignGetObject(t.Context(), &s3.GetObjectInput{
		Bucket: &d.Bucket, Key: aws.String(handout.Key(file, s.ID, 1)), ResponseContentType: aws.String("image/png"),
		ResponseContentDisposition: aws.String(`attachment; filename="` + named(1) + `"`),
	}, s3.WithPresignExpires(5*time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	a, b := parse(t, ours[0]), parse(t, theirs.URL)
	if a.Host != b.Host || a.Path != b.Path {
		t.Errorf("%s%s, want %s%s", a.Host, a.Path, b.Host, b.Path)
	}
	for name, want := range b.Query() {
		if got := a.Query()[name]; name != "x-id" && name != "X-Amz-Signature" && name != "X-Amz-Date" && (len(got) != 1 || got[0] != want[0]) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

func parse(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// Where a malware scan marks what is safe, nothing is given out before every page is marked.
func TestNothingIsHandedOutBeforeTheMalwareScanHasPassedIt(t *testing.T) {
	b := s3test.Open(t)
	s := sent(2)
	d := deskOf(b)
	d.Checked = true
	mark := func(page int, status string) {
		b.Put(handout.Key(file, s.ID, page), "image/png", png)
		if status != "" {
			b.Mark(handout.Key(file, s.ID, page), "GuardDutyMalwareScanStatus", status)
		}
	}
	read := func() error {
		_, err := d.Read(t.Context(), file, s, named)
		return err
	}
	if err := read(); enrolment.KindOf(err) == enrolment.KindConflict || err == nil || strings.Contains(err.Error(), "X-Amz") {
		t.Errorf("nothing is there: %v", err)
	}
	for _, marks := range [][2]string{{"", ""}, {"NO_THREATS_FOUND", ""}, {"NO_THREATS_FOUND", "THREATS_FOUND"}, {"UNSUPPORTED", "NO_THREATS_FOUND"}} {
		mark(1, marks[0])
		mark(2, marks[1])
		if err := read(); enrolment.KindOf(err) != enrolment.KindConflict {
			t.Errorf("%v: %v", marks, err)
		}
	}
	mark(1, "NO_THREATS_FOUND")
	mark(2, "NO_THREATS_FOUND")
	if err := read(); err != nil {
		t.Error(err)
	}
}
