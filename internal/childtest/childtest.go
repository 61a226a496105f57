// Package childtest runs, beside a test binary, a server that tests ask over HTTP: on a free port, for as long as the binary lives.
package childtest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"
)

// Server is what to run, in a folder of its own that goes with it.
type Server struct {
	Name    string
	Folders []string                           // what that folder holds when it starts
	Command func(port, folder string) []string // the program, and its arguments
}

// keeper runs the server until its own input ends: the pipe closes when the test binary ends, even killed. Nobody reads what it says then,
// and a word more would end it before the folder is gone.
const keeper = `"$@" </dev/null & child=$!; cat >/dev/null; exec >/dev/null 2>&1; kill -9 $child; wait $child; rm -rf "$PWD"`

// Start gives the address at which it answers.
func (s Server) Start() (address string, err error) {
	for range 3 { // another process may take the free port first
		if address, err = s.launch(); err == nil {
			return address, nil
		}
	}
	return "", err
}

func (s Server) launch() (string, error) {
	port, err := freePort()
	if err != nil {
		return "", err
	}
	folder, err := s.folder()
	if err != nil {
		return "", err
	}
	cmd := exec.Command("sh", append([]string{"-c", keeper, s.Name}, s.Command(port, folder)...)...)
	cmd.Dir = folder
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	leash, err := cmd.StdinPipe()
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", fmt.Errorf("start %s: %w", s.Name, err)
	}
	address := "http://127.0.0.1:" + port
	if !answers(address) {
		_ = leash.Close()
		_ = cmd.Wait()
		return "", fmt.Errorf("%s does not answer on %s: %s", s.Name, address, said.String())
	}
	leashes.Lock()
	defer leashes.Unlock()
	leashes.held = append(leashes.held, leash)
	return address, nil
}

func (s Server) folder() (string, error) {
	folder, err := os.MkdirTemp("", s.Name)
	if err != nil {
		return "", err
	}
	for _, inside := range s.Folders {
		if err := os.Mkdir(filepath.Join(folder, inside), 0o755); err != nil {
			return "", err
		}
	}
	return folder, nil
}

// leashes keeps the pipes from the garbage collector, which would close them.
var leashes struct {
	sync.Mutex
	held []io.Closer
}

func answers(address string) bool {
	within, done := context.WithTimeout(context.Background(), 60*time.Second)
	defer done()
	for ; within.Err() == nil; time.Sleep(20 * time.Millisecond) {
		if answer, err := http.Get(address); err == nil { //nolint:noctx // a local address, polled
			_ = answer.Body.Close()
			return true
		}
	}
	return false
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer func() { _ = l.Close() }()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}
