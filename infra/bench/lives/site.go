package lives

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// page is what opening a page of the site asks of CloudFront, the API's part left out.
type page struct{ requests, bytes float64 }

const (
	// shell is what the service worker keeps at somebody's first visit, in brotli bytes: 38 files when it was last weighed.
	shellRequests, shellBytes = 38, 70e3
	// documentBytes is a page's HTML, for those whose budget is about their code only: the guide's pages weigh less with everything.
	documentBytes = 8 * 1024
	// headerBytes come with every answer: about what infra/site.yaml's headers make.
	headerBytes = 1000
	// siteBytes is what the bucket holds: 0.5 MB when it was last weighed.
	siteBytes = 1e6
)

// pagesOf reads what pages weigh at most from the budgets that npm run budgets keeps them to: all pages as if nothing were cached.
func pagesOf(root string) (map[string]page, error) {
	source, err := os.ReadFile(filepath.Join(root, "frontend/tools/budgets.js"))
	if err != nil {
		return nil, err
	}
	pages := map[string]page{}
	for _, m := range budgetLine.FindAllStringSubmatch(string(source), -1) {
		kilobytes, _ := strconv.ParseFloat(m[3], 64)
		requests, _ := strconv.ParseFloat(m[4], 64)
		p := page{requests: requests, bytes: kilobytes*1024 + requests*headerBytes}
		if m[2] == "code" {
			p.bytes += documentBytes
		}
		folder, _, _ := strings.Cut(strings.Trim(m[1], "/"), "/")
		pages[folder] = p
	}
	for _, needed := range []string{"", "session", "inscription", "dossier"} {
		if pages[needed].requests == 0 {
			return nil, fmt.Errorf("frontend/tools/budgets.js has no budget for /%s/", needed)
		}
	}
	return pages, nil
}

var budgetLine = regexp.MustCompile(`path: '([^']*)',.*(all|code): ([\d.]+) \* KB, requests: (\d+)`)

// open opens a page of the site.
func (h *house) open(name string) {
	h.used.SiteRequests += h.pages[name].requests
	h.used.SentBytes += h.pages[name].bytes
}

// comesFirst is somebody's first visit: their browser keeps the shell.
func (h *house) comesFirst() {
	h.used.SiteRequests += shellRequests
	h.used.SentBytes += shellBytes + shellRequests*headerBytes
}

// onTheWire is how many bytes of an answer travel: CloudFront compresses what it may keep, and nothing else.
func onTheWire(answer *httptest.ResponseRecorder) int {
	if !strings.Contains(answer.Header().Get("Cache-Control"), "public") {
		return answer.Body.Len()
	}
	var n counter
	z := gzip.NewWriter(&n)
	_, _ = io.WriteString(z, answer.Body.String()) // n refuses nothing
	_ = z.Close()
	return int(n)
}

type counter int

func (c *counter) Write(p []byte) (int, error) { *c += counter(len(p)); return len(p), nil }
