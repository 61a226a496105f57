package wiring_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/config"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/lambdahttp"
	"github.com/echarpe/echarpe/internal/s3test"
	"github.com/echarpe/echarpe/internal/scan"
	"github.com/echarpe/echarpe/internal/wiring/scans"
)

// withBucket is the product with a real bucket behind it.
func withBucket(t *testing.T) (*product, *s3test.Bucket) {
	t.Helper()
	bucket := s3test.Open(t)
	t.Setenv("AWS_ENDPOINT_URL_S3", bucket.URL)
	p := newProduct(t, func(c *config.Config) { c.ScanBucket = bucket.Name })
	p.house.AWS.Credentials = bucket.Config.Credentials // the table is a database of the test's own by its key
	p.scans = scans.Handler(p.house)
	return p, bucket
}

var (
	photo = append([]byte("\xFF\xD8\xFF\xE0\x00\x10JFIF\x00"), bytes.Repeat([]byte{7}, 3000)...)
	paper = append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte{7}, 100)...)
)

type sheet struct {
	kind    string
	content []byte
}

func pagesOf(sheets ...sheet) string {
	pages := []map[string]any{}
	for _, s := range sheets {
		pages = append(pages, map[string]any{"type": s.kind, "size": len(s.content)})
	}
	raw, _ := json.Marshal(map[string]any{"pages": pages})
	return string(raw)
}

func pagesAs(sizes ...int64) string {
	pages := []map[string]any{}
	for _, size := range sizes {
		pages = append(pages, map[string]any{"type": enrolment.ScanJPEG, "size": size})
	}
	raw, _ := json.Marshal(map[string]any{"pages": pages})
	return string(raw)
}

// offered is what the page gets to send its pages with.
type offered struct {
	Scan  string
	Pages []struct {
		Number   int
		Received bool
		Upload   *struct {
			URL    string
			Fields map[string]string
		}
	}
}

func (p *product) offer(path, bearer string, n int, sheets ...sheet) (o offered) {
	p.Helper()
	a := p.ask("192.0.2.1", "POST", path+"/scans", pagesOf(sheets...), "Authorization", bearer, "Idempotency-Key", key(n))
	if a.status != http.StatusCreated {
		p.Fatalf("%d %s", a.status, a.body)
	}
	if err := json.Unmarshal([]byte(a.body), &o); err != nil {
		p.Fatal(err)
	}
	return o
}

// upload sends the pages that have not arrived, as a browser does.
func (p *product) upload(o offered, sheets ...sheet) {
	p.Helper()
	for i, page := range o.Pages {
		if page.Upload == nil {
			continue
		}
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		for name, value := range page.Upload.Fields {
			_ = form.WriteField(name, value)
		}
		part, err := form.CreateFormFile("file", fmt.Sprintf("IMG_%d.JPG", i))
		if err != nil {
			p.Fatal(err)
		}
		_, _ = part.Write(sheets[i].content)
		_ = form.Close()
		answer, err := http.Post(page.Upload.URL, form.FormDataContentType(), &body)
		if err != nil {
			p.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusNoContent {
			p.Fatalf("page %d: %d", page.Number, answer.StatusCode)
		}
	}
}

func (p *product) take(path, bearer, scan string) answer {
	return p.ask("192.0.2.1", "PUT", path+"/scans/"+scan, "{}", "Authorization", bearer)
}

// held is what is in the bucket beyond a day.
func held(b *s3test.Bucket) (n int) {
	for _, k := range b.Keys() {
		if strings.HasPrefix(k, "scans/") {
			n++
		}
	}
	return n
}

func (p *product) sweep() {
	p.Helper()
	if err := scans.Sweep(p.house)(p.Context()); err != nil {
		p.Fatal(err)
	}
}

// The whole way: two photographs, cut short, sent on, read by staff's door; the convention is declared with them, once.
func TestAConventionSignedByHandIsSentFromThePage(t *testing.T) {
	p, bucket := withBucket(t)
	path, contact, holder := p.asked(1, "maelys@plougastel.example")
	id := strings.TrimPrefix(path, "/api/enrolments/")
	if a := p.ask("192.0.2.1", "GET", path+"/papers", "", "Authorization", contact); a.json(t)["scans"] != true {
		t.Fatalf("%d %s", a.status, a.body)
	}
	two := []sheet{{enrolment.ScanJPEG, photo}, {enrolment.ScanJPEG, photo}}
	o := p.offer(path, contact, 7, two...)
	cut := o
	cut.Pages = o.Pages[:1]
	p.upload(cut, two...)
	if a := p.take(path, contact, o.Scan); a.status != http.StatusConflict || !strings.Contains(a.body, "/problems/scan-incomplete") || !strings.Contains(a.body, `"pages.2"`) {
		t.Errorf("%d %s", a.status, a.body)
	}
	p.advance(20 * time.Minute)
	again := p.offer(path, contact, 7, two...)
	if again.Scan != o.Scan || !again.Pages[0].Received || again.Pages[1].Received {
		t.Fatalf("%+v", again)
	}
	p.upload(again, two...)
	a := p.take(path, contact, o.Scan)
	convention, _ := a.json(t)["convention"].(map[string]any)
	if scan, _ := convention["scan"].(map[string]any); a.status != http.StatusOK || scan["pages"] != 2.0 || held(bucket) != 2 {
		t.Fatalf("%d %s, %v", a.status, a.body, bucket.Keys())
	}
	f, err := p.house.Desk.File(t.Context(), id)
	if err != nil || f.Enrolment.Steps[enrolment.StepConvention].By != enrolment.ByAuthority {
		t.Fatalf("%+v %v", f.Enrolment.Steps, err)
	}
	version := f.Enrolment.Version
	if a := p.take(path, contact, o.Scan); a.status != http.StatusOK {
		t.Errorf("again: %d %s", a.status, a.body)
	}
	if f, _ = p.house.Desk.File(t.Context(), id); f.Enrolment.Version != version {
		t.Error("the same scan again changed the file")
	}
	for name, bearer := range map[string]string{"the holder": holder, "nobody": ""} {
		if a := p.take(path, bearer, o.Scan); a.status != http.StatusUnauthorized {
			t.Errorf("%s: %d", name, a.status)
		}
	}
	p.advance(2 * time.Hour)
	p.sweep()
	if held(bucket) != 2 {
		t.Errorf("what the file knows was deleted: %v", bucket.Keys())
	}
}

func TestAnotherFilesLinkOpensNoScan(t *testing.T) {
	p, bucket := withBucket(t)
	path, contact, _ := p.asked(1, "maelys@plougastel.example")
	other, otherContact, _ := p.asked(2, "autre@plougastel.example")
	one := sheet{enrolment.ScanPDF, paper}
	o := p.offer(path, contact, 7, one)
	p.upload(o, one)
	if a := p.take(other, otherContact, o.Scan); a.status != http.StatusConflict || !strings.Contains(a.body, "scan-incomplete") {
		t.Errorf("another file took it: %d %s", a.status, a.body)
	}
	if a := p.take(path, otherContact, o.Scan); a.status != http.StatusUnauthorized {
		t.Errorf("another file's link: %d", a.status)
	}
	if mine := p.offer(other, otherContact, 7, one); mine.Scan == o.Scan || mine.Pages[0].Received {
		t.Errorf("the same key on another file is the same scan: %+v", mine)
	}
	if held(bucket) != 0 {
		t.Error(bucket.Keys())
	}
	for _, none := range []string{"x", strings.Repeat("a", 26) + "-00", strings.Repeat("a", 26) + "-99", "../" + o.Scan} {
		if a := p.take(path, contact, strings.ReplaceAll(none, "/", "%2F")); a.status != http.StatusNotFound {
			t.Errorf("%s: %d %s", none, a.status, a.body)
		}
	}
}

func TestWhatCannotBeSentIsRefusedInWordsThatMendIt(t *testing.T) {
	p, _ := withBucket(t)
	path, contact, _ := p.asked(1, "maelys@plougastel.example")
	many := make([]sheet, 21)
	for i := range many {
		many[i] = sheet{enrolment.ScanJPEG, photo}
	}
	for body, field := range map[string]string{
		pagesOf(): "pages", pagesOf(many...): "pages", pagesOf(sheet{"image/heic", photo}): "pages.1", pagesOf(many[0], sheet{"text/html", photo}): "pages.2",
		pagesOf(sheet{enrolment.ScanPDF, paper}, many[0]):               "pages",
		`{"pages":[{"type":"application/pdf","size":10485761}]}`:        "pages",
		`{"pages":[{"type":"application/pdf","size":0}]}`:               "pages.1",
		`{"pages":[{"type":"image/jpeg","size":-9223372036854775808}]}`: "pages.1",
		// of which the sum is less than nothing in 64 bits: the first would be a form for more than all may be
		pagesAs(4_000_000_000, 1<<62, 1<<62): "pages",
	} {
		a := p.ask("192.0.2.1", "POST", path+"/scans", body, "Authorization", contact, "Idempotency-Key", key(7))
		if fields, _ := a.json(t)["fields"].(map[string]any); a.status != http.StatusUnprocessableEntity || fields[field] == nil {
			t.Errorf("%.80s: %d %s", body, a.status, a.body)
		}
	}
	html := sheet{enrolment.ScanJPEG, bytes.Repeat([]byte("<b>"), 1000)}
	o := p.offer(path, contact, 8, many[0], html)
	p.upload(o, many[0], html)
	a := p.take(path, contact, o.Scan)
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "/problems/scan-refused") || !strings.Contains(a.body, "La page 2 n’est ni un PDF ni une photo") {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// What was sent goes with what it was sent for.
func TestAScanGoesWithItsFile(t *testing.T) {
	for name, end := range map[string]func(p *product, path, contact, holder string){
		"the contact takes it back": func(p *product, path, contact, _ string) {
			p.ask("192.0.2.1", "DELETE", path+"/convention", "", "Authorization", contact)
		},
		"the file is erased": func(p *product, path, _, holder string) {
			if a := p.ask("192.0.2.1", "DELETE", path, "", "Authorization", holder); a.status != http.StatusNoContent {
				p.Fatalf("%d %s", a.status, a.body)
			}
		},
		"another way of paying": func(p *product, path, _, holder string) {
			if a := p.ask("192.0.2.1", "PUT", path+"/funding", `{"mode":"personnel"}`, "Authorization", holder); a.status != http.StatusOK {
				p.Fatalf("%d %s", a.status, a.body)
			}
		},
		"its time is over": func(p *product, path, _, _ string) {
			if err := p.house.Desk.Forget(p.Context(), strings.TrimPrefix(path, "/api/enrolments/")); err != nil {
				p.Fatal(err)
			}
		},
		"another scan replaces it": func(p *product, path, contact, _ string) {
			one := sheet{enrolment.ScanPDF, paper}
			o := p.offer(path, contact, 9, one)
			p.upload(o, one)
			if a := p.take(path, contact, o.Scan); a.status != http.StatusOK {
				p.Fatalf("%d %s", a.status, a.body)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, bucket := withBucket(t)
			path, contact, holder := p.asked(1, "maelys@plougastel.example")
			sheets := []sheet{{enrolment.ScanJPEG, photo}, {enrolment.ScanJPEG, photo}}
			o := p.offer(path, contact, 7, sheets...)
			p.upload(o, sheets...)
			if a := p.take(path, contact, o.Scan); a.status != http.StatusOK || held(bucket) != 2 {
				t.Fatalf("%d %s", a.status, a.body)
			}
			p.sweep()
			if held(bucket) != 2 {
				t.Fatal("deleted too early")
			}
			end(p, path, contact, holder)
			p.advance(time.Minute)
			p.sweep()
			for _, k := range bucket.Keys() {
				if strings.Contains(k, o.Scan) {
					t.Errorf("left: %s", k)
				}
			}
			if loose, err := p.house.Store.LooseScans(t.Context(), p.now()); err != nil || len(loose) != 0 {
				t.Errorf("notes left: %v %v", loose, err)
			}
		})
	}
}

// One function answers the gateway and the schedule: by the event's shape, and whatever else comes is the schedule.
func TestTheFunctionOfScansAnswersTheGatewayAndTheSchedule(t *testing.T) {
	p, bucket := withBucket(t)
	path, contact, _ := p.asked(1, "maelys@plougastel.example")
	one := sheet{enrolment.ScanPDF, paper}
	answer := scans.Function(p.house)
	event := fmt.Sprintf(`{"version":"2.0","routeKey":"POST /api/enrolments/{id}/scans","rawPath":%q,"headers":{"authorization":%q,"content-type":"application/json","idempotency-key":%q},
		"requestContext":{"requestId":"r","http":{"method":"POST","path":%q,"sourceIp":"192.0.2.1"}},"body":%q,"isBase64Encoded":false}`, path+"/scans", contact, key(7), path+"/scans", pagesOf(one))
	got, err := answer(t.Context(), json.RawMessage(event))
	if said, ok := got.(lambdahttp.Response); err != nil || !ok || said.StatusCode != http.StatusCreated {
		t.Fatalf("%v %+v", err, got)
	}
	o := p.offer(path, contact, 7, one)
	p.upload(o, one)
	desk := scan.Desk{Bucket: scans.Bucket(p.house), Notes: p.house.Store, Now: p.now}
	if _, err := desk.Take(t.Context(), strings.TrimPrefix(path, "/api/enrolments/"), o.Scan); err != nil {
		t.Fatal(err)
	}
	p.advance(2 * time.Hour)
	for _, event := range []string{`{"version":"0","id":"7bf73129","detail-type":"Scheduled Event","source":"aws.scheduler","resources":["arn:aws:scheduler"],"detail":"{}"}`, `{}`} {
		if got, err := answer(t.Context(), json.RawMessage(event)); err != nil || got != nil {
			t.Errorf("%s: %v %v", event, got, err)
		}
		if keys := bucket.Keys(); len(keys) != 0 {
			t.Errorf("%s: left %v", event, keys)
		}
	}
	if _, err := answer(t.Context(), json.RawMessage(`{"rawPath":7,"headers":{"authorization":"secret"}}`)); err == nil || strings.Contains(err.Error(), "secret") {
		t.Error(err)
	}
}

// Without a bucket everything else works, and the page is told.
func TestWithoutABucketNothingIsAskedFor(t *testing.T) {
	p := newProduct(t)
	path, contact, _ := p.asked(1, "maelys@plougastel.example")
	if a := p.ask("192.0.2.1", "GET", path+"/papers", "", "Authorization", contact); a.status != http.StatusOK || strings.Contains(a.body, `"scans"`) {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := p.ask("192.0.2.1", "POST", path+"/scans", pagesOf(sheet{enrolment.ScanPDF, paper}), "Authorization", contact, "Idempotency-Key", key(7)); a.status != http.StatusNotFound {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := p.ask("192.0.2.1", "PUT", path+"/convention", "", "Authorization", contact); a.status != http.StatusOK {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// A process that ends after it kept a scan and before its file knows it leaves nothing: not before the hour that a request may take, and
// not after.
func TestAScanThatNoFileCameToKnowIsDeleted(t *testing.T) {
	p, bucket := withBucket(t)
	path, contact, _ := p.asked(1, "maelys@plougastel.example")
	one := sheet{enrolment.ScanPDF, paper}
	o := p.offer(path, contact, 7, one)
	p.upload(o, one)
	desk := scan.Desk{Bucket: scans.Bucket(p.house), Notes: p.house.Store, Now: p.now}
	if _, err := desk.Take(t.Context(), strings.TrimPrefix(path, "/api/enrolments/"), o.Scan); err != nil || held(bucket) != 1 {
		t.Fatal(err, bucket.Keys())
	}
	p.sweep()
	if held(bucket) != 1 {
		t.Error("deleted under whoever is keeping it")
	}
	p.advance(time.Hour + time.Minute)
	p.sweep()
	if keys := bucket.Keys(); len(keys) != 0 {
		t.Error("left:", keys)
	}
}
