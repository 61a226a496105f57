// Package lives measures what one enrolment uses over its whole life, by living it: the whole product over DynamoDB Local with a clock
// moved by hand, from the first visit to a month after the session. Write makes the cost section of BENCH.md of it, with the
// prices of package cost.
//
//   - life.go: who comes and what they do (the mix is an assumption)
//   - house.go: the product, with everything counted around it
//   - opening.go: the limits that a hundred thousand people meet at once, computed from what one of them uses
//   - sessions.go: what grows with the sessions to come
//   - stream.go, post.go, journal.go, site.go: the table's stream, SES, the logs, the pages
package lives

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/echarpe/echarpe/infra/bench/cost"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
)

// Assumptions about the catalogue: sessions are published so many days ahead and seat so many people, so that many are to come at any time.
const (
	publishedDays = 90
	seated        = 12
	sessionsAPage = 50
	yearsKept     = 5 // retention-file-months of guide.yaml
)

// Sizes says how much is measured.
type Sizes struct {
	Sessions int // in the table, to see what each adds to the list and to a sweep
}

// Full is what BENCH.md shows; Small is for trying.
var (
	Full  = Sizes{Sessions: sessionsAPage}
	Small = Sizes{Sessions: 20}
)

// Write measures, and writes the section of BENCH.md. It runs from the root of the repository.
func (z Sizes) Write(ctx context.Context, out io.Writer) error {
	usage, err := z.gather(ctx, ".")
	if err != nil {
		return err
	}
	if err := cost.Write(out, usage); err != nil {
		return err
	}
	fmt.Fprintln(out)
	return writeOpening(ctx, ".", out)
}

// gather lives every life, counted and then timed, and adds them up by the mix.
func (z Sizes) gather(ctx context.Context, root string) (cost.Usage, error) {
	fixed, err := cost.Deployed(root)
	if err != nil {
		return cost.Usage{}, err
	}
	u := cost.Usage{Fixed: fixed, YearsKept: yearsKept, Measured: assumptions()}
	u.Fixed.SiteBytes = siteBytes
	counts, err := liveAll(ctx, root, counted)
	if err != nil {
		return u, err
	}
	times, err := liveAll(ctx, root, timed)
	if err != nil {
		return u, err
	}
	u.Enrolment, u.Public, u.Series = average(counts)
	timing, public, _ := average(times)
	u.Enrolment.GBSeconds = timing.GBSeconds
	for i := range u.Public {
		u.Public[i].Origin.GBSeconds = public[i].Origin.GBSeconds
	}
	return u, z.sessions(ctx, root, &u)
}

// liveAll lives the lives of the mix, in its order.
func liveAll(ctx context.Context, root string, how how) (lived []*house, err error) {
	for _, l := range mix {
		h, err := l.through(ctx, root, how)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", l.who, err)
		}
		if err := h.close(ctx); err != nil {
			return nil, err
		}
		lived = append(lived, h)
	}
	return lived, nil
}

// average is what one enrolment uses, what it asks that is alike for everybody (by route), and how many values it gives to each
// metric, from the lives of the mix.
func average(lived []*house) (e cost.PerEnrolment, alike []cost.Public, series []float64) {
	values, routes := map[string]float64{}, map[string]public{}
	for i, h := range lived {
		each := mix[i].of100 / 100
		e = e.Plus(h.used, each)
		for name, n := range h.journal.series {
			values[name] += n * each
		}
		for route, p := range h.public {
			routes[route] = routes[route].plus(p, each)
		}
	}
	for _, route := range slices.Sorted(maps.Keys(routes)) {
		alike = append(alike, routes[route].costs(route))
	}
	return e, alike, slices.Collect(maps.Values(values))
}

func (p public) costs(route string) cost.Public {
	origin := cost.PerEnrolment{}.Plus(p.used, 1/p.times)
	sent := origin.SentBytes
	origin.SentBytes = 0
	return cost.Public{Route: route, Times: p.times, Kept: p.kept, EachSession: strings.Contains(route, "{id}"), Origin: origin, SentBytes: sent}
}

// through lives a life in a house of its own, which is to be closed.
func (l life) through(ctx context.Context, root string, how how) (*house, error) {
	h, err := openHouse(ctx, root, how)
	if err != nil {
		return nil, err
	}
	before, err := h.stored(ctx)
	if err != nil {
		return nil, err
	}
	if err := l.live(ctx, h); err != nil {
		return nil, err
	}
	after, err := h.stored(ctx)
	if err != nil {
		return nil, err
	}
	h.used.StoredBytes = after - before
	h.used.Mails, h.used.AttachedBytes = float64(h.post.mails), float64(h.post.attached)
	return h, nil
}

// stored is the size of the files in the table and its indexes, with what AWS adds to each item. As JSON, items are a little larger than
// DynamoDB counts them. The sessions themselves, and the abuse limits' counters, which vanish within hours, are left out.
func (h *house) stored(ctx context.Context) (bytes float64, err error) {
	const addedByAWS = 100
	for _, index := range []*string{nil, aws.String("filesByDue"), aws.String("claimsByEmail")} {
		scan := dynamodb.NewScanPaginator(dynamodb.NewFromConfig(h.cfg), &dynamodb.ScanInput{TableName: aws.String(dynamotest.TableName), IndexName: index})
		for scan.HasMorePages() {
			page, err := scan.NextPage(ctx)
			if err != nil {
				return 0, err
			}
			for _, it := range page.Items {
				plain := map[string]any{}
				if err := attributevalue.UnmarshalMap(it, &plain); err != nil {
					return 0, err
				}
				pk, sk := fmt.Sprint(plain["pk"]), fmt.Sprint(plain["sk"])
				if strings.HasPrefix(pk, "A#") || strings.HasPrefix(sk, "SESSION") {
					continue
				}
				text, err := json.Marshal(plain)
				if err != nil {
					return 0, err
				}
				bytes += float64(len(text)) + addedByAWS
			}
		}
	}
	return bytes, nil
}

// assumptions says how the quantities were found, for the reader of BENCH.md.
func assumptions() string {
	var b strings.Builder
	b.WriteString("Each of these lives was lived by the real code, with the real stream and sweeps, over DynamoDB Local. Who comes is an assumption " +
		"(infra/bench/lives/life.go):\n\n| for 100 enrolments | |\n|---|---:|\n")
	for _, l := range mix {
		fmt.Fprintf(&b, "| %s | %g |\n", l.who, l.of100)
	}
	fmt.Fprintf(&b, "\nMeasured: units, requests, invocations, messages, attachments, the functions' own logs, answers' bytes. "+
		"Assumed, most of it too much rather than too little: everybody enrols %d days ahead; nobody else is there, so that a function rests, and is cold, after %g minutes; a cold start takes %g s; "+
		"a diligent person does the steps on days %v (DIFE), %v (collectivité), %v (personal) and takes every paper once; pages weigh what frontend/tools/budgets.js allows, nothing cached but "+
		"the %d files that the service worker keeps; CloudFront keeps what the API calls public for as long as it says, in one place, and people come evenly, day and night, so that it answers the fewest; "+
		"nobody filters the list, and no answer is \"not modified\"; Lambda and CloudWatch add %d bytes of logs an invocation. "+
		"Sessions seat %d and are published %d days ahead: the sweeps grow with them; the list shows %d, whole from the first column on. GB-seconds are the handlers' time on this machine, the table and the floor under some answers' time included, "+
		"at the memory of template.yaml: on AWS the network is slower and the processor is a share.",
		daysAhead, coolsAfter.Minutes(), coldStart.Seconds(), diligentDays[enrolment.DIFE], diligentDays[enrolment.Collectivite], diligentDays[enrolment.Personnel], int(shellRequests), int(invocationLog+2*lineOverhead), seated, publishedDays, sessionsAPage)
	return b.String()
}
