package upgrade_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/echarpe/echarpe/internal/dynamotest"
)

// call is one request to DynamoDB as it goes over the wire.
type call struct {
	Operation string          `json:"operation"` // "TransactWriteItems"…
	Body      json.RawMessage `json:"body"`
}

// send makes a call, past all code of the house, and gives the answer with its status.
func send(t testing.TB, cfg aws.Config, c call) (status int, answer []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, *cfg.BaseEndpoint, bytes.NewReader(c.Body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+c.Operation)
	credentials, err := cfg.Credentials.Retrieve(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(c.Body)
	if err := v4.NewSigner().SignHTTP(context.Background(), credentials, r, hex.EncodeToString(sum[:]), "dynamodb", cfg.Region, time.Now()); err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err = io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, answer
}

// item is an item in DynamoDB's typed JSON: {"pk":{"S":"ORG"},…}.
type item map[string]json.RawMessage

// scan gives every item of the table, by key.
func scan(t testing.TB, cfg aws.Config) []item {
	t.Helper()
	status, answer := send(t, cfg, call{"Scan", []byte(`{"TableName":"` + dynamotest.TableName + `","ConsistentRead":true}`)})
	var page struct {
		Items            []item
		LastEvaluatedKey item
	}
	if err := json.Unmarshal(answer, &page); err != nil || status != http.StatusOK || page.LastEvaluatedKey != nil {
		t.Fatalf("scan: %d %v, more than a page: %v", status, err, page.LastEvaluatedKey != nil)
	}
	slices.SortFunc(page.Items, func(a, b item) int {
		return cmp.Or(cmp.Compare(string(a["pk"]), string(b["pk"])), cmp.Compare(string(a["sk"]), string(b["sk"])))
	})
	return page.Items
}

// load writes items into the table.
func load(t testing.TB, cfg aws.Config, items []item) {
	t.Helper()
	for batch := range slices.Chunk(items, 25) {
		var puts []any
		for _, it := range batch {
			puts = append(puts, map[string]any{"PutRequest": map[string]any{"Item": it}})
		}
		body, err := json.Marshal(map[string]any{"RequestItems": map[string]any{dynamotest.TableName: puts}})
		if err != nil {
			t.Fatal(err)
		}
		if status, answer := send(t, cfg, call{"BatchWriteItem", body}); status != http.StatusOK || !bytes.Contains(answer, []byte(`"UnprocessedItems":{}`)) {
			t.Fatalf("load: %d %s", status, answer)
		}
	}
}

// recorder keeps the writes that an act sends. The last of an act, a transaction, never arrives: the process is frozen there.
type recorder struct{ calls []call }

// Do is an HTTP client of the SDK.
func (r *recorder) Do(q *http.Request) (*http.Response, error) {
	_, operation, _ := strings.Cut(q.Header.Get("X-Amz-Target"), ".")
	if operation != "TransactWriteItems" && operation != "UpdateItem" {
		return http.DefaultClient.Do(q)
	}
	body, err := io.ReadAll(q.Body)
	if err != nil {
		return nil, err
	}
	r.calls = append(r.calls, call{operation, body})
	if operation == "UpdateItem" { // a ticket is taken before the transaction is planned
		q.Body = io.NopCloser(bytes.NewReader(body))
		return http.DefaultClient.Do(q)
	}
	return &http.Response{
		StatusCode: http.StatusBadRequest, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}, Request: q,
		Body: io.NopCloser(strings.NewReader(`{"__type":"` + frozen + `","message":"frozen here"}`)),
	}, nil
}

const frozen = "FrozenHere"
