package awshttp_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/echarpe/echarpe/internal/awshttp"
)

// late is a connection whose writer is held up once its bytes are out, as on a busy processor.
type late struct{ net.Conn }

const (
	heldUp = 100 * time.Millisecond
	inTwo  = 300 * time.Millisecond // between the halves of an answer: it is being read when the writer goes on
)

func (l late) Write(p []byte) (int, error) {
	n, err := l.Conn.Write(p)
	time.Sleep(heldUp)
	return n, err
}

func TestAnAnswerIsReadToItsEndHoweverLateTheWriterIs(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprint(w, `{"Item": `)
		_ = http.NewResponseController(w).Flush()
		time.Sleep(inTwo)
		_, _ = fmt.Fprint(w, `{"pk": {"S": "a"}}}`)
	}))
	defer server.Close()
	plain := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := (&net.Dialer{}).DialContext(ctx, network, address)
		return late{c}, err
	}}}
	ask := func(client awshttp.Client) error {
		db := dynamodb.New(dynamodb.Options{
			Region: "eu-west-3", BaseEndpoint: &server.URL, HTTPClient: client, Retryer: aws.NopRetryer{},
			Credentials: credentials.NewStaticCredentialsProvider("k", "s", ""),
		})
		_, err := db.GetItem(t.Context(), &dynamodb.GetItemInput{
			TableName: aws.String("t"), Key: map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "a"}},
		})
		return err
	}
	if err := ask(awshttp.Whole{Client: plain}); err != nil {
		t.Error(err)
	}
	if ask(plain) == nil {
		t.Error("the SDK alone reads the answer too: this package can go")
	}
}

// stale is a connection that the other side has left after a first request.
type stale struct {
	net.Conn
	used bool
}

func (s *stale) Write(p []byte) (int, error) {
	if s.used {
		return 0, net.ErrClosed
	}
	s.used = true
	return s.Conn.Write(p)
}

func TestARequestIsSentAgainWhenNoneOfItWentOut(t *testing.T) {
	const asks = 3
	came := 0
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if body, err := io.ReadAll(r.Body); string(body) != "body" || err != nil {
			t.Errorf("%q came, %v", body, err)
		}
		came++
	}))
	defer server.Close()
	client := awshttp.Whole{Client: &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := (&net.Dialer{}).DialContext(ctx, network, address)
		return &stale{Conn: c}, err
	}}}}
	for range asks {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, io.MultiReader(strings.NewReader("body")))
		if err != nil {
			t.Fatal(err)
		}
		r.ContentLength = int64(len("body"))
		answer, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
	}
	if came != asks {
		t.Errorf("%d requests came, of %d", came, asks)
	}
}
