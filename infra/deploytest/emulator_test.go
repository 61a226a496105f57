package deploytest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// emulator is an AWS of its own on this machine (ministack, in .tools/venv), for what a test needs no deployment of ours for.
type emulator struct {
	t       *testing.T
	python  string
	env     []string
	calls   *json.Encoder
	answers *json.Decoder
}

func emulate(t *testing.T) *emulator {
	t.Helper()
	venv, err := filepath.Abs(root + "/.tools/venv/bin")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(venv + "/ministack"); err != nil {
		t.Fatal("the emulator is not there; install it with: infra/local/setup sam")
	}
	port, folder := freePort(t), t.TempDir()
	address := "http://127.0.0.1:" + port
	e := &emulator{t: t, python: venv + "/python", env: append(os.Environ(),
		"AWS_ENDPOINT_URL="+address, "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_REGION=eu-west-3", "AWS_DEFAULT_REGION=eu-west-3",
		"AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null", "AWS_EC2_METADATA_DISABLED=true")}
	ctx, stop := context.WithCancel(context.Background())
	server := exec.CommandContext(ctx, venv+"/ministack")
	server.Dir = folder
	server.Env = append(e.env, "GATEWAY_PORT="+port, "BIND_HOST=127.0.0.1", "MINISTACK_REGION=eu-west-3", "IOT_MTLS_ENABLED=0", "SFTP_ENABLED=0", "TMPDIR="+folder)
	server.Cancel = func() error { return server.Process.Signal(os.Interrupt) }
	server.WaitDelay = 5 * time.Second
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(); _ = server.Wait() })
	for end := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address+"/_ministack/health", nil)
		if err != nil {
			t.Fatal(err)
		}
		if answer, err := http.DefaultClient.Do(request); err == nil {
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return e
			}
		}
		if time.Now().After(end) {
			t.Fatal("the emulator does not start")
		}
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// run runs one of the house's tools before the emulator, and gives what it printed.
func (e *emulator) run(arguments ...string) (output string, failed bool) {
	e.t.Helper()
	command := exec.CommandContext(e.t.Context(), e.python, arguments...)
	command.Dir, command.Env = root, e.env
	out, err := command.CombinedOutput()
	return string(out), err != nil
}

// clients is a Python that makes a call a line: boto3 takes a second to start.
const clients = `import boto3, json, sys
made = {}
for line in sys.stdin:
    service, operation, parameters = json.loads(line)
    try:
        client = made.get(service) or made.setdefault(service, boto3.client(service))
        answer = getattr(client, operation)(**parameters)
    except Exception as error:
        answer = {"failed": str(error)}
    print(json.dumps(answer, default=str), flush=True)`

// aws makes one call, such as aws("sqs", "send_message", object{…}).
func (e *emulator) aws(service, operation string, parameters object) object {
	e.t.Helper()
	if e.calls == nil {
		e.begin()
	}
	if err := e.calls.Encode([]any{service, operation, parameters}); err != nil {
		e.t.Fatal(err)
	}
	var answer object
	if err := e.answers.Decode(&answer); err != nil {
		e.t.Fatal(err)
	}
	if answer["failed"] != nil {
		e.t.Fatalf("%s %s: %s", service, operation, answer["failed"])
	}
	return answer
}

func (e *emulator) begin() {
	e.t.Helper()
	command := exec.Command(e.python, "-c", clients) // ends with its input
	command.Env = e.env
	in, err := command.StdinPipe()
	if err != nil {
		e.t.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		e.t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		e.t.Fatal(err)
	}
	e.calls, e.answers = json.NewEncoder(in), json.NewDecoder(out)
	e.t.Cleanup(func() { _ = in.Close(); _ = command.Wait() })
}

// stack makes a stack and gives its outputs.
func (e *emulator) stack(name, template string) map[string]string {
	e.t.Helper()
	e.aws("cloudformation", "create_stack", object{"StackName": name, "TemplateBody": template, "Capabilities": []string{"CAPABILITY_IAM"}})
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		found := e.aws("cloudformation", "describe_stacks", object{"StackName": name})["Stacks"].([]any)[0].(object)
		if strings.HasSuffix(found["StackStatus"].(string), "_IN_PROGRESS") {
			continue
		}
		if found["StackStatus"] != "CREATE_COMPLETE" {
			e.t.Fatal(found["StackStatus"], found["StackStatusReason"])
		}
		outputs := map[string]string{}
		for _, o := range found["Outputs"].([]any) {
			outputs[o.(object)["OutputKey"].(string)] = fmt.Sprint(o.(object)["OutputValue"])
		}
		return outputs
	}
	e.t.Fatal("the stack is not made")
	return nil
}
