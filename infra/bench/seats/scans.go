package seats

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/httpapi"
	"github.com/echarpe/echarpe/internal/scan"
)

// shelf answers for a bucket: what is counted here is what the table does. Nothing has arrived while it is asked for, and all has once it
// is read.
func shelf(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodHead:
		w.WriteHeader(http.StatusNotFound)
	case http.MethodGet:
		w.Header().Set("Content-Type", enrolment.ScanJPEG)
		w.Header().Set("Etag", `"1"`)
		_, _ = w.Write([]byte("\xFF\xD8\xFF\xE0\x00\x10JFIF\x00"))
	default:
		_, _ = w.Write([]byte("<CopyObjectResult></CopyObjectResult>"))
	}
}

// scansDesk is what functions/scans answers with.
func (h *house) scansDesk(d httpapi.Deps) http.Handler {
	at := httptest.NewServer(http.HandlerFunc(shelf)).URL // as long as the process
	cfg := aws.Config{Region: "eu-west-3", BaseEndpoint: &at, Credentials: credentials.NewStaticCredentialsProvider("bench", "bench", "")}
	return httpapi.NewScans(d, scan.Desk{Bucket: scan.Open(cfg, "scans"), Notes: h.Store, Now: h.Now})
}

func offerScan(ctx context.Context, h *house) (question, error) {
	q, err := byContact("/scans", `{"pages":[{"type":"image/jpeg","size":300000},{"type":"image/jpeg","size":300000}]}`)(ctx, h)
	h.people++
	q.key, q.want = fmt.Sprintf("00000000-0000-4000-8000-%012d", h.people), http.StatusCreated
	return q, err
}

func takeScan(ctx context.Context, h *house) (question, error) {
	q, err := offerScan(ctx, h)
	if err != nil {
		return q, err
	}
	raw, err := h.ask(http.MethodPost, q)
	if err != nil {
		return q, err
	}
	var offered struct{ Scan string }
	if err := json.Unmarshal(raw, &offered); err != nil {
		return q, err
	}
	q.path, q.body, q.key, q.want = q.path+"/"+offered.Scan, "{}", "", http.StatusOK
	return q, nil
}

func takeScanAgain(ctx context.Context, h *house) (question, error) {
	q, err := takeScan(ctx, h)
	if err == nil {
		_, err = h.ask(http.MethodPut, q)
	}
	return q, err
}
