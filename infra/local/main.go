// Command local is the whole product on one machine, for `make run`, the browser tests and the load tests: the built
// pages and the API on PORT, the mailbox on MAIL_PORT, DynamoDB Local on DYNAMODB_PORT. The functions' handlers run in
// this process, behind real API Gateway, stream and schedule events; the table comes from template.yaml itself.
//
//	main.go     the list: children, table, catalogue, servers; what stops when
//	contract.go what journeys send and get, held to the description of the API
//	house.go    the functions' handlers, on the movable clock
//	child.go    DynamoDB Local, the local SES and the local S3 as child processes
//	bucket.go   the bucket of scans, as template.yaml describes it
//	table.go    the template's table
//	stream.go   the table's stream as Lambda would deliver it
//	site.go     the pages, as the content network serves them
//	issuer.go   the local OpenID Connect issuer of the organisation's team, and the gateway's authorizer
//	clock.go    GET and POST /_local/clock
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/mail/gallery"
	"github.com/echarpe/echarpe/internal/stack"
)

const (
	tableName  = "echarpe"
	toolsDir   = ".tools"
	headerFile = "frontend/headers.json"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "local:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	o, err := readOptions()
	if err != nil {
		return err
	}
	logs := filepath.Join(o.Data, "log")
	if err := os.MkdirAll(logs, 0o755); err != nil {
		return err
	}
	template, err := stack.Load("template.yaml")
	if err != nil {
		return err
	}
	clock, err := openClock(filepath.Join(o.Data, "clock"))
	if err != nil {
		return err
	}

	children, err := startChildren(ctx, o, logs)
	defer func() {
		for _, c := range children {
			c.stop()
		}
	}()
	if err != nil {
		return err
	}
	out, err := os.OpenFile(filepath.Join(logs, "functions.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer out.Close()
	h, err := openHouse(ctx, o, template, clock, out)
	if err != nil {
		return err
	}
	return serve(ctx, o, h, clock, children)
}

// startChildren starts DynamoDB Local, the local SES and the local S3 together and waits for all. It gives what it started even when it fails.
func startChildren(ctx context.Context, o options, logs string) (children []*child, err error) {
	data, err := filepath.Abs(filepath.Join(o.Data, "dynamodb"))
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(data, 0o755); err != nil {
		return nil, err
	}
	tools, err := filepath.Abs(toolsDir)
	if err != nil {
		return nil, err
	}
	home := filepath.Join(tools, "dynamodb-local")
	dynamodb, err := startChild("dynamodb", logs, "java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m",
		"-Djava.library.path="+filepath.Join(home, "DynamoDBLocal_lib"), "-jar", filepath.Join(home, "DynamoDBLocal.jar"),
		"-port", strconv.Itoa(o.DynamoDBPort), "-dbPath", data, "-sharedDb", "-disableTelemetry")
	if err != nil {
		return nil, prerequisite(err, "java", "sudo apt-get install openjdk-17-jre-headless")
	}
	children = append(children, dynamodb)
	ses, err := startChild("ses", logs, "node", filepath.Join(tools, "ses/node_modules/aws-ses-v2-local/dist/cli.js"),
		"--host", "127.0.0.1", "--port", strconv.Itoa(o.MailPort))
	if err != nil {
		return children, prerequisite(err, "node", "sudo apt-get install nodejs npm")
	}
	children = append(children, ses)
	s3, err := startBucketServer(o, logs, tools)
	if err != nil {
		return children, err
	}
	children = append(children, s3)
	return children, errors.Join(dynamodb.ready(ctx, o.dynamoDB()), ses.ready(ctx, o.mail()+"/health-check"), s3.ready(ctx, o.s3()))
}

func prerequisite(err error, program, install string) error {
	if errors.Is(err, exec.ErrNotFound) {
		return fmt.Errorf("%s is missing: install it with %s", program, install)
	}
	return err
}

// serve runs until the context ends, a child dies or a server fails.
func serve(ctx context.Context, o options, h *house, clock *clock, children []*child) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	handler, err := routes(o, h, clock)
	if err != nil {
		return err
	}
	var background sync.WaitGroup
	background.Go(func() { h.stream.run(ctx) })
	background.Go(func() { h.runSchedule(ctx) })
	for _, c := range children {
		background.Go(func() {
			select {
			case <-c.done:
				cancel(fmt.Errorf("%s stopped by itself; see %s/log/%s.log", c.name, o.Data, c.name))
			case <-ctx.Done():
			}
		})
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	listener, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(o.Port))
	if err != nil {
		return err
	}
	background.Go(func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			cancel(err)
		}
	})
	signIn := &http.Server{Handler: h.issuer.handler, ReadHeaderTimeout: 10 * time.Second}
	door, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(o.AuthPort))
	if err != nil {
		return err
	}
	background.Go(func() {
		if err := signIn.Serve(door); !errors.Is(err, http.ErrServerClosed) {
			cancel(err)
		}
	})
	announce(o)
	<-ctx.Done()
	last, done := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer done()
	_ = server.Shutdown(last)
	_ = signIn.Shutdown(last)
	background.Wait()
	return context.Cause(ctx)
}

// routes serves the API's routes of the template, the local clock, and the pages for all the rest.
func routes(o options, h *house, clock *clock) (http.Handler, error) {
	headers, err := readHeaders(headerFile)
	if err != nil {
		return nil, err
	}
	headers.issuer, headers.bucket = o.auth(), o.s3()
	pages, err := site(o.Dist, headers)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	kept := &contract{on: o.Contract}
	for pattern, handler := range h.routes {
		mux.Handle(pattern, headers.wrap(kept.checked(handler)))
	}
	mux.Handle("/_local/contract", kept)
	mux.Handle("/_local/clock", clock.handler(func(r *http.Request) error { return h.wake(r.Context()) }))
	mails, err := mailGallery()
	if err != nil {
		return nil, err
	}
	mux.Handle("/_local/mails/", http.StripPrefix("/_local/mails", mails))
	mux.Handle("/", pages)
	return mux, nil
}

// mailGallery shows every e-mail in every state.
func mailGallery() (http.Handler, error) {
	g, err := guide.Load()
	if err != nil {
		return nil, err
	}
	return gallery.Handler(g)
}

func announce(o options) {
	fmt.Printf("\n  Site and API   %s\n  Team           %s/equipe/ (sign in at %s as Claire gestion, Luc lecture or Diane direction)\n  Mailbox        %s\n  Every e-mail   %s/_local/mails/\n  DynamoDB       %s (table %s)\n  Bucket         %s\n  Clock          POST %s/_local/clock {\"advance\":\"72h\"}\n  Logs           %s\n\n  Ctrl-C stops everything.\n\n",
		o.site(), o.site(), o.auth(), o.mail(), o.site(), o.dynamoDB(), tableName, o.s3(), o.site(), filepath.Join(o.Data, "log"))
}

func (o options) site() string     { return "http://localhost:" + strconv.Itoa(o.Port) }
func (o options) auth() string     { return "http://localhost:" + strconv.Itoa(o.AuthPort) }
func (o options) mail() string     { return "http://127.0.0.1:" + strconv.Itoa(o.MailPort) }
func (o options) s3() string       { return "http://127.0.0.1:" + strconv.Itoa(o.S3Port) }
func (o options) dynamoDB() string { return "http://127.0.0.1:" + strconv.Itoa(o.DynamoDBPort) }
