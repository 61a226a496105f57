package lives

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/echarpe/echarpe/infra/bench/cost"
	"github.com/echarpe/echarpe/infra/bench/stream"
	"github.com/echarpe/echarpe/infra/bench/table"
	"github.com/echarpe/echarpe/infra/bench/whole"
	"github.com/echarpe/echarpe/internal/dynamo"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/httpapi"
	"github.com/echarpe/echarpe/internal/lambdahttp"
	"github.com/echarpe/echarpe/internal/stack"
	"github.com/echarpe/echarpe/internal/wiring"
	"github.com/echarpe/echarpe/internal/wiring/messages"
	"github.com/echarpe/echarpe/internal/wiring/papers"
	"github.com/echarpe/echarpe/internal/wiring/returns"
)

// how says what a house is for. The meter slows the table down, and the floor under some answers' time is time that Lambda charges: what
// is counted and what is timed are lived apart.
type how bool

const (
	counted how = false
	timed   how = true
)

// house is the product as the functions wire it, over a table of its own, with a clock moved by hand. Everything that it uses is added to
// used.
type house struct {
	*wiring.House
	cfg       aws.Config
	how       how
	at        time.Time
	routes    *http.ServeMux // each function behind a gateway, on the routes that the template gives it
	reminders messages.Handler
	feedback  messages.Handler
	post      *post
	journal   *journal
	stream    *stream.Stream
	meter     *dynamotest.Meter
	functions map[string]stack.Function
	accessLog int                  // bytes of a line
	woken     map[string]time.Time // when each function last ran
	idle      cost.PerSweep        // a sweep with nothing due, warm, over the sample's sessions
	pages     map[string]page      // of the site
	used      cost.PerEnrolment
	public    map[string]public // by route: what everybody is answered alike, left out of used
	files     []file            // of the people who came
}

func (h *house) now() time.Time { return h.at }

// begin is a Monday, in office hours.
var begin = time.Date(2027, 1, 11, 9, 0, 0, 0, time.UTC)

// openHouse builds the house of the repository at root, with the sample catalogue's organisation and formations. What stands in the table
// then is not counted.
func openHouse(ctx context.Context, root string, how how) (*house, error) {
	template, err := stack.Load(filepath.Join(root, "template.yaml"))
	if err != nil {
		return nil, err
	}
	h := &house{cfg: table.New(), how: how, at: begin, post: newPost(), journal: &journal{}, functions: template.Functions(), woken: map[string]time.Time{}, public: map[string]public{}}
	h.meter = dynamotest.NewMeter(h.cfg)
	if h.pages, err = pagesOf(root); err != nil {
		return nil, err
	}
	if err := h.wire(template); err != nil {
		return nil, err
	}
	if h.stream, err = stream.Open(ctx, h.cfg, template.StreamFilters()); err != nil {
		return nil, err
	}
	stage := template.Resources[template.OfType("AWS::ApiGatewayV2::Stage")[0]].Properties
	h.accessLog = len(stack.Text(stack.Map(stage["AccessLogSettings"])["Format"])) // the names of its variables are about as long as their values
	if err := table.Publish(ctx, root, h.Store, h.Guide, h.Desk, h.at); err != nil {
		return nil, err
	}
	if err := h.measureIdle(ctx); err != nil {
		return nil, err
	}
	return h, nil
}

// close gives the table's memory back.
func (h *house) close(ctx context.Context) error {
	h.post.server.Close()
	return table.Drop(ctx, h.cfg)
}

func (h *house) wire(template *stack.Template) error {
	var options []func(*dynamodb.Options)
	if h.how == counted {
		options = append(options, h.meter.Option())
	}
	store := dynamotest.Open(h.cfg, h.now, options...)
	mailing := h.cfg
	mailing.BaseEndpoint = &h.post.server.URL
	var err error
	if h.House, err = whole.House(whole.Parts{Store: store, Mail: mailing, Log: h.journal, Now: h.now}); err != nil {
		return err
	}
	if h.reminders, err = messages.Unpaced(h.House); err != nil {
		return err
	}
	h.feedback = returns.Handler(h.House)
	return h.route(template)
}

func (h *house) route(template *stack.Template) error {
	deps := h.Deps()
	deps.Challenge = nil // nobody here is a crowd
	if h.how == counted {
		deps.AnswerFloor = 0
	}
	behind := map[string]http.Handler{}
	for folder, handler := range map[string]http.Handler{"api": httpapi.New(deps), "documents": papers.Handler(h.House)} {
		behind[folder] = lambdahttp.Gateway(h.invoked(folder, lambdahttp.Handler(handler, "")))
	}
	declared, err := template.Routes()
	if err != nil {
		return err
	}
	h.routes = http.NewServeMux()
	for _, r := range declared {
		if behind[r.Folder] == nil { // the organisation's side: an élu's life does not pass there
			continue
		}
		h.routes.Handle(strings.Replace(r.Key, "$default", "/api/", 1), behind[r.Folder])
	}
	return nil
}

// gateway is a handler of the HTTP API's events.
type gateway func(context.Context, lambdahttp.Request) (lambdahttp.Response, error)

func (h *house) invoked(folder string, answer gateway) gateway {
	return func(ctx context.Context, e lambdahttp.Request) (r lambdahttp.Response, err error) {
		h.run(folder, func() { r, err = answer(ctx, e) })
		return r, err
	}
}

const (
	// coolsAfter is how long a function waits before AWS takes it away, at the least.
	coolsAfter = 5 * time.Minute
	// coldStart is the billed initialisation of a function.
	coldStart = 200 * time.Millisecond
	// Lines that Lambda itself writes for each invocation and each cold start, about, and what CloudWatch adds to each line.
	invocationLog, coldStartLog, lineOverhead = 150 + 350, 250, 26
)

// run is one invocation of a function, by anything but the schedule.
func (h *house) run(folder string, work func()) {
	h.used.Invocations++
	h.used.LogBytes += invocationLog + 2*lineOverhead
	if last, ran := h.woken[folder]; !ran || h.at.Sub(last) >= coolsAfter {
		h.used.ColdStarts++
		h.used.GBSeconds += h.gigabytes(folder) * coldStart.Seconds()
		h.used.LogBytes += coldStartLog + lineOverhead
	}
	h.work(folder, work)
}

// work does something in a function, and adds what it used of the table, the logs and the time. It gives the table's part.
func (h *house) work(folder string, work func()) dynamotest.Bill {
	h.woken[folder] = h.at
	h.meter.Take()
	written, begun := h.journal.bytes, time.Now()
	work()
	h.used.GBSeconds += h.gigabytes(folder) * time.Since(begun).Seconds()
	bill := h.meter.Take()
	h.used.ReadUnits += bill.Total().ReadUnits
	h.used.WriteUnits += bill.Total().WriteUnits
	h.used.LogBytes += float64(h.journal.bytes - written)
	return bill
}

func (h *house) gigabytes(folder string) float64 { return float64(h.functions[folder].MemoryMB) / 1024 }

// sweep is the schedule. It gives the read units of looking for what is due: the sessions to come, and at least half a unit a shard.
func (h *house) sweep(ctx context.Context) (looking float64, err error) {
	bill := h.work("reminders", func() { _, err = h.reminders(ctx, json.RawMessage(`{"source":"aws.scheduler"}`)) })
	return bill["Query sessionsByDate"].ReadUnits + dynamo.DueShards*0.5, err
}

// sweepForPeople is a sweep that finds something due. What looking costs is counted with the month, not with the people.
func (h *house) sweepForPeople(ctx context.Context) error {
	looking, err := h.sweep(ctx)
	if h.how == counted {
		h.used.ReadUnits -= looking
	}
	h.used.GBSeconds -= h.idle.GBSeconds
	h.used.LogBytes -= h.idle.LogBytes
	return err
}

// measureIdle sweeps over the sessions that there are. A first sweep is not like the next ones: it opens connections.
func (h *house) measureIdle(ctx context.Context) error {
	const sweeps = 5
	before := cost.PerEnrolment{}
	for i := range 1 + sweeps {
		if i == 1 {
			before = h.used
		}
		if _, err := h.sweep(ctx); err != nil {
			return err
		}
	}
	h.idle = cost.PerSweep{
		ReadUnits: (h.used.ReadUnits - before.ReadUnits) / sweeps, GBSeconds: (h.used.GBSeconds - before.GBSeconds) / sweeps,
		LogBytes: (h.used.LogBytes - before.LogBytes) / sweeps,
	}
	h.used = cost.PerEnrolment{}
	return nil
}

// settle lets everything happen that happens at once: the stream wakes the reminders, SES says what became of the messages.
func (h *house) settle(ctx context.Context) error {
	for {
		batch, err := h.stream.Batch(ctx)
		if err != nil {
			return err
		}
		events := h.post.events()
		if batch == nil && len(events) == 0 {
			return nil
		}
		if batch != nil {
			if err := h.wake(ctx, batch); err != nil {
				return err
			}
		}
		for _, e := range events {
			h.run("feedback", func() { _, err = h.feedback(ctx, e) })
			if err != nil {
				return err
			}
		}
	}
}

func (h *house) wake(ctx context.Context, batch json.RawMessage) (err error) {
	var answer any
	h.run("reminders", func() { answer, err = h.reminders(ctx, batch) })
	if err == nil && strings.Contains(fmt.Sprintf("%+v", answer), "ID:") {
		err = fmt.Errorf("the stream's batch failed: %+v", answer)
	}
	return err
}

// until lives on to an instant: the schedule runs each time something is due.
func (h *house) until(ctx context.Context, end time.Time) error {
	for {
		due, err := h.nextDue(ctx)
		if err != nil {
			return err
		}
		if due.IsZero() || !due.Before(end) {
			h.at = end
			return nil
		}
		next := due.Truncate(sweepEvery)
		if next.Before(due) || !next.After(h.at) {
			next = next.Add(sweepEvery)
		}
		h.at = later(next, h.at.Add(time.Second))
		if err := h.sweepForPeople(ctx); err != nil {
			return err
		}
		if err := h.settle(ctx); err != nil {
			return err
		}
	}
}

// sweepEvery is the schedule's pace (TestWhatIsAlwaysThereIsReadFromTheTemplates, in package cost, holds the template to it).
const sweepEvery = 5 * time.Minute

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// nextDue is when the first of the files is due; zero when none ever is. Reading it costs nothing: nobody does in life.
func (h *house) nextDue(ctx context.Context) (first time.Time, err error) {
	store := dynamo.Open(h.cfg, dynamotest.TableName, h.now)
	for _, f := range h.files {
		e, err := store.File(ctx, f.id)
		if err != nil {
			return first, err
		}
		if !e.DueAt.IsZero() && (first.IsZero() || e.DueAt.Before(first)) {
			first = e.DueAt
		}
	}
	return first, nil
}

// metricsARoute is how many metrics the gateway writes for each route, since the template asks for them: requests, two kinds of errors, two
// times, bytes. They are charged for.
const metricsARoute = 6

// call is a request of a page. The method is the first word of route.
type call struct {
	route, body string
	key         string // Idempotency-Key
	bearer      string
	want        int // status
}

// ask sends a request, and gives the answer's body.
func (h *house) ask(ctx context.Context, c call) ([]byte, error) {
	method, path, _ := strings.Cut(c.route, " ")
	r := httptest.NewRequestWithContext(ctx, method, "https://inscriptions.exemple.fr"+path, strings.NewReader(c.body))
	r.RemoteAddr = "192.0.2.1:1"
	for name, value := range map[string]string{"Content-Type": "application/json", "Idempotency-Key": c.key, "Authorization": "Bearer " + c.bearer} {
		r.Header.Set(name, value)
	}
	_, route := h.routes.Handler(r)
	before := h.used
	for i := range metricsARoute {
		h.journal.add(fmt.Sprint(route, " ", i), 1)
	}
	answer := httptest.NewRecorder()
	h.routes.ServeHTTP(answer, r)
	if answer.Code != c.want {
		return nil, fmt.Errorf("%s: %d %s", c.route, answer.Code, answer.Body)
	}
	h.used.APIRequests++
	h.used.LogBytes += float64(h.accessLog + lineOverhead)
	h.used.SentBytes += headerBytes + float64(onTheWire(answer))
	if kept := keptFor(answer); kept > 0 {
		route := strings.Replace(c.route, sessionID, "{id}", 1)
		h.public[route] = h.public[route].plus(public{times: 1, kept: kept, used: h.used.Plus(before, -1)}, 1)
		h.used = before
	}
	return answer.Body.Bytes(), h.settle(ctx)
}

// public is what the answers of a route have used that are alike for everybody.
type public struct {
	times, kept float64 // kept: seconds, by CloudFront
	used        cost.PerEnrolment
}

func (p public) plus(o public, times float64) public {
	return public{p.times + o.times*times, o.kept, p.used.Plus(o.used, times)}
}

// keptFor is for how many seconds CloudFront may give an answer to others; 0 for an answer that is somebody's.
func keptFor(answer *httptest.ResponseRecorder) (seconds float64) {
	_, _ = fmt.Sscanf(answer.Header().Get("Cache-Control"), "public, max-age=%f", &seconds) // another form: nobody else's
	return seconds
}
