package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// child is a program that lives as long as the local stack.
type child struct {
	name string
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended
}

// account is what the local SES says of itself, as an account that sends would.
const account = `{"DedicatedIpAutoWarmupEnabled":false,"Details":{"AdditionalContactEmailAddresses":[],"ContactLanguage":"EN","MailType":"TRANSACTIONAL",` +
	`"ReviewDetails":{"CaseId":"local","Status":"GRANTED"},"UseCaseDescription":"local","WebsiteURL":"http://localhost"},"EnforcementStatus":"HEALTHY",` +
	`"ProductionAccessEnabled":true,"SendingEnabled":true,"SendQuota":{"Max24HourSend":50000,"MaxSendRate":100,"SentLast24Hours":0},` +
	`"SuppressionAttributes":{"SuppressedReasons":["BOUNCE","COMPLAINT"]}}`

// startChild starts a program in a process group of its own, so that Ctrl-C reaches it through us, in order. What it
// prints goes to a file of the log folder.
func startChild(name, logs string, argv ...string) (*child, error) {
	out, err := os.Create(filepath.Join(logs, name+".log"))
	if err != nil {
		return nil, fmt.Errorf("log of %s: %w", name, err)
	}
	defer out.Close()
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Dir = logs // DynamoDB Local leaves a file of its own where it runs
	cmd.Stdout, cmd.Stderr = out, out
	cmd.Env = append(os.Environ(), "AWS_SES_ACCOUNT="+account)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	c := &child{name: name, cmd: cmd, done: make(chan struct{})}
	go func() {
		_ = cmd.Wait()
		close(c.done)
	}()
	return c, nil
}

// ready waits until the address answers HTTP, whatever it says.
func (c *child) ready(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		if answer, err := http.DefaultClient.Do(r); err == nil {
			answer.Body.Close()
			return nil
		}
		select {
		case <-c.done:
			return fmt.Errorf("%s ended at once; see .local/log/%s.log", c.name, c.name)
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer on %s; see .local/log/%s.log", c.name, url, c.name)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// stop asks the whole group to end, and makes it after five seconds.
func (c *child) stop() {
	_ = syscall.Kill(-c.cmd.Process.Pid, syscall.SIGTERM)
	select {
	case <-c.done:
	case <-time.After(5 * time.Second):
		_ = syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL)
		<-c.done
	}
}

// free tells, before anything starts, which variable to change when a port is taken. Port 0 takes any free one.
func free(variable string, port int) (int, error) {
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if errors.Is(err, syscall.EADDRINUSE) {
		return 0, fmt.Errorf("port %d is taken: stop what uses it, or choose another with %s=%d make run", port, variable, port+1)
	}
	if err != nil {
		return 0, fmt.Errorf("%s: %w", variable, err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
