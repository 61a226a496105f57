// Package s3test gives tests a real bucket: versitygw, one process for the whole test binary (and for each key), and a bucket for each test. It holds the forms
// that browsers send to what was signed. infra/local/setup builds it; it dies with the test binary however that ends.
package s3test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/echarpe/echarpe/internal/childtest"
)

// Key is the one key that the server of most tests knows.
const Key = "local"

// Site is the one origin whose pages may send to a test's bucket.
const Site = "https://inscriptions.exemple.fr"

// Bucket is a bucket of a test.
type Bucket struct {
	testing.TB
	Name, URL string
	Client    *s3.Client
	Config    aws.Config
}

// Open gives an empty one. It builds the server when it is missing, and skips the test when that is not possible.
func Open(t testing.TB) *Bucket {
	t.Helper()
	return OpenAs(t, Key, Key)
}

// OpenAs is Open with the key that a function has for everything, which the server must know then: one of its own.
func OpenAs(t testing.TB, id, secret string) *Bucket {
	t.Helper()
	url, err := server(id, secret)
	if err != nil {
		t.Skipf("no local S3: %v", err)
	}
	cfg := aws.Config{Region: "eu-west-3", BaseEndpoint: &url, Credentials: credentials.NewStaticCredentialsProvider(id, secret, "")}
	b := &Bucket{TB: t, URL: url, Config: cfg, Name: "scans-" + strings.ToLower(rand.Text()), Client: s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })}
	if _, err := b.Client.CreateBucket(context.Background(), &s3.CreateBucketInput{Bucket: &b.Name,
		CreateBucketConfiguration: &types.CreateBucketConfiguration{LocationConstraint: "eu-west-3"}}); err != nil {
		t.Fatal("create bucket:", err)
	}
	if _, err := b.Client.PutBucketCors(context.Background(), &s3.PutBucketCorsInput{Bucket: &b.Name, CORSConfiguration: &types.CORSConfiguration{
		CORSRules: []types.CORSRule{{AllowedMethods: []string{"POST"}, AllowedOrigins: []string{Site}}},
	}}); err != nil {
		t.Fatal("bucket CORS:", err)
	}
	return b
}

// Keys gives the names of all that is in it, in order.
func (b *Bucket) Keys() (keys []string) {
	b.Helper()
	page, err := b.Client.ListObjectsV2(context.Background(), &s3.ListObjectsV2Input{Bucket: &b.Name})
	if err != nil {
		b.Fatal(err)
	}
	for _, o := range page.Contents {
		keys = append(keys, aws.ToString(o.Key))
	}
	slices.Sort(keys)
	return keys
}

// Put writes an object.
func (b *Bucket) Put(key, kind string, content []byte) {
	b.Helper()
	if _, err := b.Client.PutObject(context.Background(), &s3.PutObjectInput{Bucket: &b.Name, Key: &key, ContentType: &kind, Body: bytes.NewReader(content)}); err != nil {
		b.Fatal(err)
	}
}

// Read gives an object.
func (b *Bucket) Read(key string) []byte {
	b.Helper()
	o, err := b.Client.GetObject(context.Background(), &s3.GetObjectInput{Bucket: &b.Name, Key: &key})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = o.Body.Close() }()
	content, err := io.ReadAll(o.Body)
	if err != nil {
		b.Fatal(err)
	}
	return content
}

// Mark puts a tag on an object, in the place of those it had.
func (b *Bucket) Mark(key, name, value string) {
	b.Helper()
	_, err := b.Client.PutObjectTagging(context.Background(), &s3.PutObjectTaggingInput{
		Bucket: &b.Name, Key: &key, Tagging: &types.Tagging{TagSet: []types.Tag{{Key: &name, Value: &value}}},
	})
	if err != nil {
		b.Fatal(err)
	}
}

// Marks gives the tags of an object.
func (b *Bucket) Marks(key string) map[string]string {
	b.Helper()
	o, err := b.Client.GetObjectTagging(context.Background(), &s3.GetObjectTaggingInput{Bucket: &b.Name, Key: &key})
	if err != nil {
		b.Fatal(err)
	}
	marks := map[string]string{}
	for _, t := range o.TagSet {
		marks[aws.ToString(t.Key)] = aws.ToString(t.Value)
	}
	return marks
}

// servers are those started so far, by key.
var servers struct {
	sync.Mutex
	urls map[string]string
}

func server(id, secret string) (string, error) {
	servers.Lock()
	defer servers.Unlock()
	if url, ok := servers.urls[id]; ok {
		return url, nil
	}
	url, err := start(id, secret)
	if err != nil {
		return "", err
	}
	if servers.urls == nil {
		servers.urls = map[string]string{}
	}
	servers.urls[id] = url
	return url, nil
}

func start(id, secret string) (string, error) {
	program, err := install()
	if err != nil {
		return "", err
	}
	return childtest.Server{Name: "versitygw", Folders: []string{"buckets", "marks"}, Command: func(port, folder string) []string {
		return []string{program, "--port", "127.0.0.1:" + port, "--access", id, "--secret", secret, "--region", "eu-west-3", "--quiet",
			"posix", "--sidecar", filepath.Join(folder, "marks"), filepath.Join(folder, "buckets")}
	}}.Start()
}

func install() (string, error) {
	_, here, _, _ := runtime.Caller(0)
	root := filepath.Join(filepath.Dir(here), "..", "..")
	program := filepath.Join(root, ".tools", "s3", "versitygw")
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	if out, err := exec.Command(filepath.Join(root, "infra", "local", "setup"), "s3").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return program, nil
}
