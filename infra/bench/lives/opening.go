package lives

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"github.com/echarpe/echarpe/infra/bench/cost"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/stack"
)

// newcomer is what one person uses between their first look at the list and the confirmation opened, measured; what CloudFront keeps is
// left out, since at an opening it answers nearly everything that it may.
type newcomer struct {
	cost.PerEnrolment
	functionSeconds float64 // of all functions together, the floor under the answer's time included
}

// measureNewcomer lives that hour.
func measureNewcomer(ctx context.Context, root string) (n newcomer, err error) {
	for _, how := range []how{counted, timed} {
		h, err := openHouse(ctx, root, how)
		if err != nil {
			return n, err
		}
		if err := h.publish(ctx, 12); err != nil {
			return n, err
		}
		for range 2 { // the first opens connections
			h.used, h.public, h.post.mails = cost.PerEnrolment{}, map[string]public{}, 0
			if _, err := h.enrols(ctx, enrolment.DIFE); err != nil {
				return n, err
			}
		}
		if how == counted {
			n.PerEnrolment = h.used
			n.Mails = float64(h.post.mails)
		} else {
			n.functionSeconds = (h.used.GBSeconds - h.used.ColdStarts*h.gigabytes("api")*coldStart.Seconds()) / h.gigabytes("api")
		}
		if err := h.close(ctx); err != nil {
			return n, err
		}
	}
	return n, nil
}

// limit is one of the limits that an opening meets, as people a second.
type limit struct {
	what   string
	people float64 // a second
	waits  bool    // nobody is refused: the work waits its turn
	seen   string  // by a person beyond it
}

// account is what AWS lets an account do.
type account struct {
	name        string
	executions  float64 // of Lambda at once
	mails       float64 // a second
	mailsADay   float64
	tableWrites float64 // units a second that an on-demand table takes from the start
}

// What AWS documents (seen in October 2026): 10 executions for a new account, 1,000 by default; 14 messages a second and 50,000 a day
// out of the sandbox, more on request; an on-demand table takes 4,000 write units a second when new, and twice its last peak afterwards;
// a partition takes 1,000.
var accounts = []account{
	{"new", 10, 14, 50_000, 4000},
	{"asked for more", 1000, 200, 1_000_000, 40_000},
}

const (
	partitionWrites = 1000 // units a second
	openingPeople   = 100_000
	openingSessions = 2000 // people choose them by Zipf's law: the n-th is chosen 1/n times as often as the first
	sessionUnits    = 4    // of an enrolment, in the partition of its session (internal/dynamo/DESIGN.md, "Limits")
	listUnits       = 1    // of the same, in the one partition of the list's index
	todoUnits       = 2    // of the same, in the one partition of what the organisation must do: a duty comes, and changes
)

// limits is what each limit lets through, the deployed throttle of the gateway included.
func (a account) limits(n newcomer, throttle, mailsEach float64) []limit {
	hottest := 0.0
	for i := range openingSessions {
		hottest += 1 / float64(i+1)
	}
	busy := "« Trop de demandes à la fois… Vos réponses sont gardées »: the button sends the same request again"
	return []limit{
		{"requests of the gateway (ApiRequestsPerSecond)", throttle / n.APIRequests, false, busy},
		{"executions of Lambda at once", a.executions / n.functionSeconds, false, busy},
		{"write units of the table", a.tableWrites / n.WriteUnits, false, busy},
		{"write units of the hottest session's partition", partitionWrites / sessionUnits * hottest, false, busy},
		{"write units of the list's partition", partitionWrites / listUnits, false, busy},
		{"write units of the partition of what the organisation must do", partitionWrites / todoUnits, false, busy},
		{"messages of SES a second", a.mails / mailsEach, true, "the seat on the screen at once; the mail later"},
	}
}

// arrivals is how many come at a second of an opening: most at once, then fewer and fewer; 95 in 100 within it.
func arrivals(second int, opening time.Duration) float64 {
	scale := opening.Seconds() / 3
	return openingPeople / scale * math.Exp(-float64(second)/scale)
}

// crowded is what a limit makes of an opening.
type crowded struct {
	over  float64       // seconds during which more ask than it lets through
	most  float64       // people waiting, or asking again, at the worst moment
	last  time.Duration // until nobody waits
	worst time.Duration // the longest that somebody waits, first come first served
}

func (l limit) meet(opening time.Duration) (c crowded) {
	behind := 0.0
	for second := 0; second < int(opening.Seconds()) || behind > 0.5; second++ {
		behind = max(0, behind+arrivals(second, opening)-l.people)
		if behind > 0 {
			c.over++
			c.last = time.Duration(second+1) * time.Second
		}
		c.most = max(c.most, behind)
	}
	c.worst = time.Duration(c.most / l.people * float64(time.Second))
	return c
}

// writeOpening writes the section on the opening of a national programme.
func writeOpening(ctx context.Context, root string, out io.Writer) error {
	n, err := measureNewcomer(ctx, root)
	if err != nil {
		return err
	}
	template, err := stack.Load(root + "/template.yaml")
	if err != nil {
		return err
	}
	throttle, err := gatewayThrottle(template)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "## The opening of a national programme: computed, not measured\n\n%d people, %d sessions, everybody enrols. What one of them uses until the confirmation is opened is measured "+
		"(%.1f requests that CloudFront does not answer, %.1f write units, %.2f s of functions, %.1f messages); the limits are those that AWS documents, and the template's. "+
		"A limit lets so many people a second through; who comes beyond waits, or asks again. Each limit is taken alone, in the order in which they are met.\n\n",
		openingPeople, openingSessions, n.APIRequests, n.WriteUnits, n.functionSeconds, n.Mails)
	for _, opening := range []time.Duration{10 * time.Minute, time.Hour} {
		for _, a := range accounts {
			fmt.Fprintf(out, "%g people a second at first, 95 in 100 within %s, account: %s.\n\n| limit | people a second | over it for | waiting at most | the longest wait | what a person sees |\n|---|---:|---:|---:|---:|---|\n",
				math.Round(arrivals(0, opening)), opening, a.name)
			for _, l := range slices.SortedStableFunc(slices.Values(a.limits(n, throttle, n.Mails)), func(x, y limit) int { return int(math.Copysign(1, x.people-y.people)) }) {
				c := l.meet(opening)
				if c.over == 0 {
					fmt.Fprintf(out, "| %s | %.0f | never | | | |\n", l.what, l.people)
					continue
				}
				fmt.Fprintf(out, "| %s | %.0f | %s | %.0f | %s | %s |\n", l.what, l.people, time.Duration(c.over)*time.Second, c.most, c.worst.Round(time.Second), l.seen)
			}
			fmt.Fprintf(out, "\nThe quota of %.0f messages a day spreads their confirmations over %.0f days.\n\n", a.mailsADay, math.Ceil(openingPeople*n.Mails/a.mailsADay))
		}
	}
	return nil
}

// gatewayThrottle is the template's limit on all routes, requests a second.
func gatewayThrottle(template *stack.Template) (float64, error) {
	stage := template.Resources[template.OfType("AWS::ApiGatewayV2::Stage")[0]].Properties
	name := stack.Text(stack.Map(stack.Map(stage["DefaultRouteSettings"])["ThrottlingRateLimit"])["Ref"])
	var n float64
	if _, err := fmt.Sscan(fmt.Sprint(template.Parameters[name].Default), &n); err != nil {
		return 0, fmt.Errorf("the gateway's throttle is no parameter with a number: %w", err)
	}
	return n, nil
}
