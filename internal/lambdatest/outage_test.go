package lambdatest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/lambdatest"
	"github.com/echarpe/echarpe/internal/sestest"
)

// days is a world whose functions live on a clock of ours, and whose post office has bad days.
type days struct {
	*world
	office              *sestest.Office
	reminders, feedback *lambdatest.Function
	clock               string // the file
	begun, now          time.Time
	people              []string // their files
}

// simulated builds a function as it is deployed, but for its clock.
func simulated(t *testing.T, folder string) string {
	t.Helper()
	file := filepath.Join(binaries, folder+"-simulated")
	if _, err := os.Stat(file); err == nil {
		return file
	}
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", file, "-tags=lambda.norpc,simulated", "-trimpath", "./functions/"+folder)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return file
}

func newDays(t *testing.T) *days {
	t.Helper()
	d := &days{world: newWorld(t), office: sestest.OpenOffice(), clock: filepath.Join(t.TempDir(), "clock"), begun: time.Now().Truncate(time.Second)}
	t.Cleanup(d.office.Close)
	d.Env["AWS_ENDPOINT_URL_SESV2"], d.Env["CLOCK"] = d.office.URL, d.clock
	d.set(d.begun)
	return d
}

func (d *days) set(now time.Time) {
	d.t.Helper()
	d.now = now
	if err := os.WriteFile(d.clock, []byte(strconv.FormatInt(now.UnixMilli(), 10)), 0o600); err != nil {
		d.t.Fatal(err)
	}
}

func (d *days) begin(folder string) *lambdatest.Function {
	d.t.Helper()
	d.guard.watch(folder)
	f, err := lambdatest.Start(simulated(d.t, folder), d.Env)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { f.Stop() })
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if _, err := f.Ready(ctx); err != nil {
		d.t.Fatal(err)
	}
	return f
}

func (d *days) enrolled(n int) {
	d.t.Helper()
	api := d.begin("api")
	for range n {
		d.NewPerson()
		d.enrol(api)
		d.people = append(d.people, d.Value("id"))
	}
	d.reminders, d.feedback = d.begin("reminders"), d.begin("feedback")
}

// live lets the schedule come every five minutes, and SES's news after each, as deployed; after three hours every quarter
// of an hour, which only makes it slower to notice.
func (d *days) live(until time.Time) {
	d.t.Helper()
	for d.now.Before(until) {
		d.guard.watch("reminders")
		d.invoke(d.reminders, "reminders-schedule.json")
		d.guard.watch("feedback")
		for _, news := range d.office.News() {
			if _, err := d.feedback.Invoke(d.t.Context(), news); err != nil {
				d.t.Fatalf("%v\n%s", err, d.feedback.Logs())
			}
		}
		step := 5 * time.Minute
		if d.now.Sub(d.begun) > 3*time.Hour && until.Sub(d.now) > time.Hour {
			step = 15 * time.Minute
		}
		d.set(d.now.Add(step))
	}
}

// first is how long after the beginning a metric was first above a value; ok is false when it never was.
func (d *days) first(metric string, above float64) (after time.Duration, ok bool) {
	for line := range strings.Lines(d.reminders.Logs()) {
		var m map[string]any
		if json.Unmarshal([]byte(line), &m) != nil {
			continue
		}
		if v, there := m[metric].(float64); there && v > above {
			at := m["_aws"].(map[string]any)["Timestamp"].(float64)
			return time.UnixMilli(int64(at)).Sub(d.begun), true
		}
	}
	return 0, false
}

// The outage of SES, through the binaries as they are deployed, on a clock of ours: nothing is lost, nothing comes twice, and
// the conditions of the alarms are true in time.
func TestOutagesOfSESLoseNothing(t *testing.T) {
	paused := sestest.Mood{Status: 400, Code: "MessageRejected", Text: "Sending paused for this account. For more information, please check the inbox of the email address associated with your AWS account."}
	unverified := sestest.Mood{Status: 400, Code: "MessageRejected", Text: "Email address is not verified. The following identities failed the check in region EU-WEST-3: inscriptions@exemple.fr"}
	broken := sestest.Mood{Status: 503, Code: "ServiceUnavailable", Text: "x", Account: true}
	reset, taken := sestest.Mood{Account: true}, sestest.Mood{Taken: true}
	for _, c := range []struct {
		name    string
		mood    sestest.Mood
		percent int
		lasts   time.Duration
		after   time.Duration // until everything has left
	}{
		{"the account is paused for three hours", paused, 100, 3 * time.Hour, 40 * time.Minute},
		{"the account is paused for thirty hours", paused, 100, 30 * time.Hour, 40 * time.Minute},
		{"the account is paused for five days", paused, 100, 5 * 24 * time.Hour, 40 * time.Minute},
		{"the sender is not verified for three hours", unverified, 100, 3 * time.Hour, 40 * time.Minute},
		{"out of order for thirty hours", broken, 100, 30 * time.Hour, 40 * time.Minute},
		{"half out of order for three hours", broken, 50, 3 * time.Hour, 40 * time.Minute},
		{"connections reset for five days", reset, 100, 5 * 24 * time.Hour, 40 * time.Minute},
		{"half reset, though taken, for three hours", taken, 50, 3 * time.Hour, 2 * time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDays(t)
			d.enrolled(8)
			c.mood.Percent = c.percent
			d.office.Feel(c.mood)
			d.live(d.begun.Add(c.lasts))
			if got, _ := d.office.Taken(); c.percent == 100 && !c.mood.Taken && len(got) > 0 {
				t.Fatalf("%d left during it", len(got))
			}
			d.office.Feel(sestest.Mood{})
			d.live(d.now.Add(c.after))
			d.judge(c.percent == 100)
			if c.mood.Status == 400 {
				if after, ok := d.first("MessagesWithheld", 0); !ok || after > 15*time.Minute {
					t.Errorf("the alarm's metric came after %s (%v)", after, ok)
				}
			}
		})
	}
}

// judge looks at every confirmation: sent, once.
func (d *days) judge(whole bool) {
	d.t.Helper()
	count := map[string]int{}
	got, _ := d.office.Taken()
	for _, m := range got {
		count[m.File+" "+m.Message]++
	}
	for _, id := range d.people {
		_, log, err := d.Store.FileWithMessages(context.Background(), id)
		if err != nil {
			d.t.Fatal(err)
		}
		record := ""
		for _, r := range log {
			if r.Key == "confirmation" {
				record = fmt.Sprintf("%+v", r)
				if r.State != enrolment.MessageSent {
					d.t.Errorf("lost: %s", record)
				}
			}
		}
		if n := count[id+" confirmation"]; n != 1 {
			d.t.Errorf("%d confirmations: %s", n, record)
		}
	}
	if after, ok := d.first("ReminderLagSeconds", 600); whole && (!ok || after > 15*time.Minute) {
		d.t.Errorf("the lag was above the alarm's after %s (%v)", after, ok)
	}
}
