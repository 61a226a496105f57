package scan_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/s3test"
	"github.com/echarpe/echarpe/internal/scan"
)

const file = "abcdefghijklmnopqrstuvwxyz"

var (
	jpeg = append([]byte("\xFF\xD8\xFF\xE0\x00\x10JFIF\x00"), bytes.Repeat([]byte{7}, 3000)...)
	png  = append([]byte("\x89PNG\x0D\x0A\x1A\x0A"), bytes.Repeat([]byte{7}, 2000)...)
	pdf  = append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte{7}, 100)...)
)

func page(kind string, content []byte) enrolment.ScanPage {
	return enrolment.ScanPage{Type: kind, Size: int64(len(content))}
}

// post sends a page as a browser does.
func post(t testing.TB, u *enrolment.Upload, content []byte, change ...string) int {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range u.Fields {
		for i := 0; i+1 < len(change); i += 2 {
			if strings.EqualFold(change[i], name) {
				value = change[i+1]
			}
		}
		_ = form.WriteField(name, value)
	}
	part, err := form.CreateFormFile("file", "IMG_0001.JPG")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write(content)
	_ = form.Close()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, u.URL, &body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Origin", s3test.Site)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	said, _ := io.ReadAll(answer.Body)
	if answer.StatusCode >= 300 {
		t.Logf("bucket: %d %.300s", answer.StatusCode, said)
	} else if answer.Header.Get("Access-Control-Allow-Origin") != s3test.Site {
		t.Errorf("CORS: %v", answer.Header)
	}
	return answer.StatusCode
}

func offer(t testing.TB, b *scan.Bucket, id string, pages ...enrolment.ScanPage) []*enrolment.Upload {
	t.Helper()
	forms, err := b.Offer(context.Background(), file, id, pages)
	if err != nil {
		t.Fatal(err)
	}
	return forms
}

// The bucket itself holds a browser to what was signed: the size to the byte, the type, the name.
func TestTheBucketRefusesWhatWasNotSigned(t *testing.T) {
	real := s3test.Open(t)
	b := scan.Open(real.Config, real.Name)
	id := enrolment.ScanID(file, "k", []enrolment.ScanPage{page("image/jpeg", jpeg)})
	u := offer(t, b, id, page("image/jpeg", jpeg))[0]
	for name, status := range map[string]int{
		"a byte more":        post(t, u, append(bytes.Clone(jpeg), 1)),
		"a byte less":        post(t, u, jpeg[1:]),
		"another type":       post(t, u, jpeg, "Content-Type", "text/html"),
		"another file's":     post(t, u, jpeg, "key", "uploads/zzzzzzzzzzzzzzzzzzzzzzzzzz/"+id+"/01"),
		"where scans are":    post(t, u, jpeg, "key", "scans/"+file+"/"+id+"/01"),
		"another signature":  post(t, u, jpeg, "X-Amz-Signature", strings.Repeat("0", 64)),
		"a policy of theirs": post(t, u, jpeg, "policy", "e30="),
	} {
		if status < 400 || status >= 500 {
			t.Errorf("%s: %d", name, status)
		}
	}
	if keys := real.Keys(); len(keys) != 0 {
		t.Errorf("refused and kept: %v", keys)
	}
	if status := post(t, u, jpeg); status != http.StatusNoContent {
		t.Errorf("what was signed: %d", status)
	}
}

// A browser that shows how far a page has come asks the bucket first; it asks for no header of ours.
func TestTheSitesPagesMaySendAndNoOthers(t *testing.T) {
	real := s3test.Open(t)
	u := offer(t, scan.Open(real.Config, real.Name), "x-01", page("image/jpeg", jpeg))[0]
	for origin, want := range map[string]bool{s3test.Site: true, "https://ailleurs.example": false, "null": false} {
		for method, want := range map[string]bool{"POST": want, "GET": false, "PUT": false} {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodOptions, u.URL, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Origin", origin)
			r.Header.Set("Access-Control-Request-Method", method)
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			_ = answer.Body.Close()
			if got := answer.StatusCode < 300 && answer.Header.Get("Access-Control-Allow-Origin") == origin; got != want {
				t.Errorf("%s %s: %d %v", method, origin, answer.StatusCode, answer.Header)
			}
		}
	}
}

// A send that was cut short goes on: what has arrived is not sent again.
func TestASendGoesOnWhereItStopped(t *testing.T) {
	real := s3test.Open(t)
	b := scan.Open(real.Config, real.Name)
	pages := []enrolment.ScanPage{page("image/jpeg", jpeg), page("image/png", png), page("image/jpeg", jpeg)}
	id := enrolment.ScanID(file, "k", pages)
	forms := offer(t, b, id, pages...)
	post(t, forms[0], jpeg)
	post(t, forms[2], jpeg)
	_, err := b.Check(context.Background(), file, id)
	var refused *enrolment.Error
	if !errors.As(err, &refused) || refused.Kind != enrolment.KindScanIncomplete || len(refused.Fields) != 1 || refused.Fields["pages.2"] == "" {
		t.Fatalf("%v", err)
	}
	forms = offer(t, b, id, pages...)
	if forms[0] != nil || forms[1] == nil || forms[2] != nil {
		t.Fatalf("asked again: %v", forms)
	}
	post(t, forms[1], png)
	c, err := b.Check(context.Background(), file, id)
	if err != nil || len(c.Pages) != 3 || c.Pages[1] != pages[1] {
		t.Fatalf("%+v %v", c, err)
	}
	if err := b.Keep(context.Background(), c); err != nil {
		t.Fatal(err)
	}
	if got := real.Read("scans/" + file + "/" + id + "/02"); !bytes.Equal(got, png) {
		t.Errorf("kept: %d bytes", len(got))
	}
	if err := b.Delete(context.Background(), file, id); err != nil || len(real.Keys()) != 0 {
		t.Errorf("%v %v", real.Keys(), err)
	}
	if err := b.Delete(context.Background(), file, id); err != nil {
		t.Error("again:", err)
	}
}

// Whatever a page was said to be, its first bytes say what it is.
func TestWhatIsNoPaperIsRefusedByItsFirstBytes(t *testing.T) {
	real := s3test.Open(t)
	b := scan.Open(real.Config, real.Name)
	for name, content := range map[string][]byte{
		"a page of HTML": []byte("<!DOCTYPE html><script>alert(1)</script>"), "a program": []byte("MZ\x90\x00\x03 etc."), "an archive": []byte("PK\x03\x04 docx"),
		"HEIC": []byte("\x00\x00\x00\x18ftypheic\x00\x00"), "a PDF said to be a photograph": pdf, "an SVG": []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`),
		"a PNG said to be a JPEG": png,
	} {
		pages := []enrolment.ScanPage{page("image/jpeg", jpeg), page("image/jpeg", content)}
		id := enrolment.ScanID(file, name, pages)
		forms := offer(t, b, id, pages...)
		post(t, forms[0], jpeg)
		post(t, forms[1], content)
		_, err := b.Check(context.Background(), file, id)
		var refused *enrolment.Error
		if !errors.As(err, &refused) || refused.Kind != enrolment.KindScanRefused || len(refused.Fields) != 1 || !strings.HasPrefix(refused.Detail, "La page 2 n’est ni un PDF ni une photo") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What is kept is what was read: a page that is replaced between the two is not.
func TestAPageReplacedAfterItWasReadIsNotKept(t *testing.T) {
	real := s3test.Open(t)
	b := scan.Open(real.Config, real.Name)
	pages := []enrolment.ScanPage{page("image/jpeg", jpeg)}
	id := enrolment.ScanID(file, "k", pages)
	u := offer(t, b, id, pages...)[0]
	post(t, u, jpeg)
	c, err := b.Check(context.Background(), file, id)
	if err != nil {
		t.Fatal(err)
	}
	evil := bytes.Repeat([]byte("<"), len(jpeg))
	if status := post(t, u, evil); status != http.StatusNoContent {
		t.Fatalf("the form is good for a quarter of an hour: %d", status)
	}
	if err := b.Keep(context.Background(), c); enrolment.KindOf(err) != enrolment.KindScanIncomplete {
		t.Errorf("kept: %v", err)
	}
}

// What was said of an upload is not said of what is kept: a mark of its malware scan would let staff have what nobody has scanned.
func TestMarksOfAnUploadDoNotFollowIt(t *testing.T) {
	real := s3test.Open(t)
	b := scan.Open(real.Config, real.Name)
	pages := []enrolment.ScanPage{page("image/jpeg", jpeg)}
	id := enrolment.ScanID(file, "k", pages)
	post(t, offer(t, b, id, pages...)[0], jpeg)
	real.Mark("uploads/"+file+"/"+id+"/01", "GuardDutyMalwareScanStatus", "NO_THREATS_FOUND")
	c, err := b.Check(context.Background(), file, id)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Keep(context.Background(), c); err != nil {
		t.Fatal(err)
	}
	if marks := real.Marks("scans/" + file + "/" + id + "/01"); len(marks) != 0 {
		t.Errorf("it is marked: %v", marks)
	}
}

func TestAFormIsGoodForAQuarterOfAnHour(t *testing.T) {
	real := s3test.Open(t)
	u := offer(t, scan.Open(real.Config, real.Name), "x-01", page("image/jpeg", jpeg))[0]
	raw, err := base64.StdEncoding.DecodeString(u.Fields["policy"])
	if err != nil {
		t.Fatal(err)
	}
	var policy struct{ Expiration time.Time }
	if err := json.Unmarshal(raw, &policy); err != nil {
		t.Fatal(err)
	}
	if left := time.Until(policy.Expiration); left < 14*time.Minute || left > 15*time.Minute {
		t.Errorf("good for %s", left)
	}
}
