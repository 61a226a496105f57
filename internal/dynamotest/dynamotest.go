// Package dynamotest gives tests a real table: DynamoDB Local, one process for the whole test binary, and for each test
// an empty table in a database of its own.
//
// The process listens on a free port, is started by the first test that asks, and dies with the test binary however
// that ends. The jar is put in place by infra/local/setup.
package dynamotest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/echarpe/echarpe/internal/childtest"
	"github.com/echarpe/echarpe/internal/dynamo"
)

// TableName is the name of every test's table.
const TableName = "echarpe"

// Config is an AWS configuration that reaches an empty database of the test's own.
func Config(t testing.TB) aws.Config {
	t.Helper()
	endpoint, err := start()
	if err != nil {
		t.Fatal(err)
	}
	return aws.Config{
		Region:       "eu-west-3",
		BaseEndpoint: &endpoint,
		Credentials:  credentials.NewStaticCredentialsProvider("test"+rand.Text(), "secret", ""),
		HTTPClient:   client,
	}
}

// client keeps as many connections as a race has clients, so that a test measures the table and not the dialling.
var client = &http.Client{Transport: &http.Transport{MaxIdleConns: 512, MaxIdleConnsPerHost: 512}}

// Database is Config with the table made in it.
func Database(t testing.TB) aws.Config {
	t.Helper()
	cfg := Config(t)
	if _, err := dynamodb.NewFromConfig(cfg).CreateTable(context.Background(), dynamo.Table(TableName)); err != nil {
		t.Fatal("create table:", err)
	}
	return cfg
}

// Store is a store over an empty table. now may be nil for the machine's clock.
func Store(t testing.TB, now func() time.Time, options ...func(*dynamodb.Options)) *dynamo.Store {
	t.Helper()
	return Open(Database(t), now, options...)
}

// Open is one more store over a table that exists: another process, as far as the table knows.
func Open(cfg aws.Config, now func() time.Time, options ...func(*dynamodb.Options)) *dynamo.Store {
	if now == nil {
		now = time.Now
	}
	return dynamo.Open(cfg, TableName, now, options...)
}

// start starts DynamoDB Local once, and gives its address.
var start = sync.OnceValues(func() (string, error) {
	jar, err := findJar()
	if err != nil {
		return "", err
	}
	if _, err := exec.LookPath("java"); err != nil {
		return "", errors.New("Java 17 is needed for DynamoDB Local: sudo apt-get install openjdk-17-jre-headless")
	}
	return childtest.Server{Name: "dynamodb-local", Command: func(port, _ string) []string {
		return []string{"java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m",
			"-Djava.library.path=" + filepath.Join(filepath.Dir(jar), "DynamoDBLocal_lib"),
			"-jar", jar, "-port", port, "-inMemory", "-disableTelemetry"}
	}}.Start()
})

// findJar looks in .tools of the repository that holds the working directory.
func findJar() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("not inside the repository")
		}
		dir = parent
	}
	jar := filepath.Join(dir, ".tools", "dynamodb-local", "DynamoDBLocal.jar")
	if _, err := os.Stat(jar); err != nil {
		return "", fmt.Errorf("DynamoDB Local is not in %s: run infra/local/setup dynamodb", strings.TrimPrefix(filepath.Dir(jar), dir+"/"))
	}
	return jar, nil
}
