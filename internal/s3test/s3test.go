// Package s3test gives tests a real bucket: versitygw, one process for the whole test binary, and a bucket for each test. It holds the forms
// that browsers send to what was signed. infra/local/setup builds it; it dies with the test binary however that ends.
package s3test

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// Key is the one key that the server knows.
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
	url, err := start()
	if err != nil {
		t.Skipf("no local S3: %v", err)
	}
	cfg := aws.Config{Region: "eu-west-3", BaseEndpoint: &url, Credentials: credentials.NewStaticCredentialsProvider(Key, Key, "")}
	b := &Bucket{TB: t, URL: url, Config: cfg, Name: "scans-" + strings.ToLower(rand.Text()), Client: s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })}
	if _, err := b.Client.CreateBucket(context.Background(), &s3.CreateBucketInput{Bucket: &b.Name,
		CreateBucketConfiguration: &types.CreateBucketConfiguration{LocationConstraint: "eu-west-3"}}); err != nil {
		t.Fatal("create bucket:", err)
	}
	if _, err := b.Client.PutBucketCors(context.Background(), &s3.PutBucketCorsInput{Bucket: &b.Name, CORSConfiguration: &types.CORSConfiguration{
		CORSRules: []types.CORSRule{{AllowedMethods: []string{"POST"}, AllowedOrigins: []string{Site}, AllowedHeaders: []string{"*"}}},
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

// alive is what the server's shell waits for the end of.
var alive io.Closer

// start starts the server once, over a folder that goes with the test binary.
var start = sync.OnceValues(func() (string, error) {
	program, err := install()
	if err != nil {
		return "", err
	}
	folder, err := os.MkdirTemp("", "s3test")
	if err != nil {
		return "", err
	}
	for _, name := range []string{"buckets", "marks"} {
		if err := os.Mkdir(filepath.Join(folder, name), 0o755); err != nil {
			return "", err
		}
	}
	port, err := freePort()
	if err != nil {
		return "", err
	}
	// A shell that waits for its standard input to end, so that nothing is left when the test binary is killed.
	cmd := exec.Command("sh", "-c", `"$@" & server=$!; cat >/dev/null; kill $server; wait $server; rm -rf "$FOLDER"`, "s3test",
		program, "--port", port, "--access", Key, "--secret", Key, "--region", "eu-west-3", "--quiet",
		"posix", "--sidecar", filepath.Join(folder, "marks"), filepath.Join(folder, "buckets"))
	cmd.Env = append(os.Environ(), "FOLDER="+folder)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if alive, err = cmd.StdinPipe(); err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", err
	}
	url := "http://" + port
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if answer, err := http.Get(url); err == nil {
			_ = answer.Body.Close()
			return url, nil
		}
	}
	return "", fmt.Errorf("%s does not answer", program)
})

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

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String(), nil
}
