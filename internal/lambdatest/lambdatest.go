// Package lambdatest runs a built function as Lambda would: a process of its own that asks the Lambda runtime API for
// events. The tests of the functions and the bench of the binaries use it.
//
// Reference: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
package lambdatest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/google/uuid"
)

// Flags are how the functions are built for deployment (Makefile, sam-build).
var Flags = []string{"-ldflags=-s", "-tags=lambda.norpc", "-trimpath"}

// Build compiles a command of the repository at root, such as "functions/api", as sam build does, to file: for this machine, or
// for another with env (GOARCH=arm64).
func Build(ctx context.Context, root, command, file string, env ...string) error {
	cmd := exec.CommandContext(ctx, "go", append(append([]string{"build", "-o", file}, Flags...), "./"+command)...)
	cmd.Dir = root
	cmd.Env = append(append(os.Environ(), "CGO_ENABLED=0"), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", command, err, out)
	}
	return nil
}

// Function is a function's process with the runtime API that it talks to. One invocation at a time, as on Lambda.
type Function struct {
	server  *http.Server
	cmd     *exec.Cmd
	logs    lockedBuffer
	started time.Time

	invocations chan invocation
	polled      chan struct{} // closed at the first poll
	ready       time.Duration // from start to first poll
	ended       chan struct{} // closed when the process has ended
	endErr      error

	mu      sync.Mutex
	pending map[string]chan outcome
	initErr string
}

type invocation struct {
	id       string
	event    []byte
	deadline time.Time
}

type outcome struct {
	reply []byte
	err   error
}

// FunctionError is what a function answered to the runtime API's error address.
type FunctionError struct {
	Type    string `json:"errorType"`
	Message string `json:"errorMessage"`
}

func (e *FunctionError) Error() string { return e.Type + ": " + e.Message }

// Start starts a binary with the environment that Lambda gives, env added; nothing of this process's environment leaks
// in. It returns at once: use Ready to wait for the end of the function's initialisation.
func Start(binary string, env map[string]string) (*Function, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("runtime API: %w", err)
	}
	f := &Function{
		invocations: make(chan invocation), polled: make(chan struct{}), ended: make(chan struct{}),
		pending: map[string]chan outcome{},
	}
	f.server = &http.Server{Handler: f.runtimeAPI(), ReadHeaderTimeout: time.Minute}
	go func() { _ = f.server.Serve(listener) }()

	f.cmd = exec.Command(binary)
	f.cmd.Env = environment(listener.Addr().String(), env)
	f.cmd.Stdout, f.cmd.Stderr = &f.logs, &f.logs
	f.started = time.Now()
	if err := f.cmd.Start(); err != nil {
		_ = f.server.Close()
		return nil, fmt.Errorf("start the function: %w", err)
	}
	go func() {
		f.endErr = f.cmd.Wait()
		close(f.ended)
	}()
	return f, nil
}

func environment(api string, env map[string]string) []string {
	all := map[string]string{
		"AWS_LAMBDA_RUNTIME_API": api, "AWS_LAMBDA_FUNCTION_NAME": "test", "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512", "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand", "AWS_EXECUTION_ENV": "AWS_Lambda_provided.al2023",
		"AWS_REGION": "eu-west-3", "AWS_DEFAULT_REGION": "eu-west-3", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
		"LAMBDA_TASK_ROOT": "/var/task", "_HANDLER": "bootstrap", "TZ": ":UTC", "PATH": "/usr/local/bin:/usr/bin/:/bin", "LANG": "en_US.UTF-8",
	}
	for k, v := range env {
		all[k] = v
	}
	var list []string
	for k, v := range all {
		list = append(list, k+"="+v)
	}
	return list
}

// Ready waits until the function asks for its first event, and says how long after the start that was.
func (f *Function) Ready(ctx context.Context) (time.Duration, error) {
	select {
	case <-f.polled:
		return f.ready, nil
	case <-f.ended:
		return 0, fmt.Errorf("the function ended before its first poll: %w%s", f.failure(), f.logs.String())
	case <-ctx.Done():
		return 0, fmt.Errorf("the function did not poll: %w\n%s", ctx.Err(), f.logs.String())
	}
}

// Invoke hands one event to the function and waits for its reply. A *FunctionError is what the function itself reported.
func (f *Function) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	deadline, ok := ctx.Deadline()
	if !ok {
		deadline = time.Now().Add(time.Minute)
	}
	inv := invocation{id: uuid.NewString(), event: event, deadline: deadline}
	done := make(chan outcome, 1)
	f.mu.Lock()
	f.pending[inv.id] = done
	f.mu.Unlock()
	select {
	case f.invocations <- inv:
	case <-f.ended:
		return nil, fmt.Errorf("the function has ended: %w%s", f.failure(), f.logs.String())
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	select {
	case o := <-done:
		return o.reply, o.err
	case <-f.ended:
		return nil, fmt.Errorf("the function ended during the invocation: %w\n%s", f.failure(), f.logs.String())
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (f *Function) failure() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.initErr != "" {
		return errors.New(f.initErr)
	}
	return f.endErr
}

// Logs is what the function printed so far.
func (f *Function) Logs() string { return f.logs.String() }

// Usage is what a process consumed until it ended.
type Usage struct {
	PeakKB int64 // resident memory; 0 when it had ended by itself
	CPU    time.Duration
}

// Stop ends the process and the runtime API, and gives what was consumed.
func (f *Function) Stop() Usage {
	peak := peakKB(f.cmd.Process.Pid)
	_ = f.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-f.ended:
	case <-time.After(5 * time.Second):
		_ = f.cmd.Process.Kill()
		<-f.ended
	}
	_ = f.server.Close()
	state := f.cmd.ProcessState
	return Usage{PeakKB: peak, CPU: state.UserTime() + state.SystemTime()}
}

// peakKB reads the most resident memory that a running process had, 0 where Linux's /proc is absent. What wait(2) reports will
// not do: it counts the parent's memory too, from the instant between fork and exec.
func peakKB(pid int) (kb int64) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	_, _ = fmt.Sscan(rest, &kb)
	return kb
}

// runtimeAPI serves the four addresses that a function calls.
func (f *Function) runtimeAPI() http.Handler {
	const base = "/2018-06-01/runtime/"
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+base+"invocation/next", f.next)
	mux.HandleFunc("POST "+base+"invocation/{id}/response", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		f.finish(r.PathValue("id"), outcome{reply: body, err: err})
		w.WriteHeader(http.StatusAccepted)
	})
	mux.HandleFunc("POST "+base+"invocation/{id}/error", func(w http.ResponseWriter, r *http.Request) {
		f.finish(r.PathValue("id"), outcome{err: readError(r.Body)})
		w.WriteHeader(http.StatusAccepted)
	})
	mux.HandleFunc("POST "+base+"init/error", func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		f.initErr = readError(r.Body).Error()
		f.mu.Unlock()
		w.WriteHeader(http.StatusAccepted)
	})
	return mux
}

func readError(body io.Reader) error {
	var e FunctionError
	raw, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, &e); err != nil {
		return fmt.Errorf("the function reported %q", raw)
	}
	return &e
}

func (f *Function) next(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	select {
	case <-f.polled:
	default:
		f.ready = time.Since(f.started)
		close(f.polled)
	}
	f.mu.Unlock()
	select {
	case inv := <-f.invocations:
		h := w.Header()
		h.Set("Content-Type", "application/json")
		h.Set("Lambda-Runtime-Aws-Request-Id", inv.id)
		h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(inv.deadline.UnixMilli(), 10))
		h.Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-3:123456789012:function:test")
		h.Set("Lambda-Runtime-Trace-Id", "Root=1-"+strings.Repeat("0", 8)+"-"+strings.Repeat("0", 24)+";Sampled=0")
		_, _ = w.Write(inv.event)
	case <-r.Context().Done():
	}
}

func (f *Function) finish(id string, o outcome) {
	f.mu.Lock()
	done := f.pending[id]
	delete(f.pending, id)
	f.mu.Unlock()
	if done != nil {
		done <- o
	}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
