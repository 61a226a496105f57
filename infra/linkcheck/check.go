package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sort"
	"sync"

	"github.com/echarpe/echarpe/internal/guide"
)

// Verdict is what became of a link.
type Verdict string

// Refused is for sites that answer people but not programs (401, 403, 429): look by hand. Failed is for what may be
// our own network: it says nothing of the link.
const (
	Alive   Verdict = "alive"
	Moved   Verdict = "moved" // alive, permanently redirected to Final
	Dead    Verdict = "DEAD"
	Refused Verdict = "look by hand"
	Failed  Verdict = "no answer"
)

// What an address is for: people see it; it is the fallback of a link that works; it waits to be verified.
const (
	RoleShown     = "shown"
	RoleReserve   = "fallback in reserve"
	RoleCandidate = "candidate, not verified yet"
)

// Report is the verdict on one address of one link.
type Report struct {
	ID      string
	Address string
	Role    string // RoleShown, RoleReserve or RoleCandidate
	Verdict Verdict
	Status  int
	Final   string
	Err     error
}

// String is one line for a person.
func (r Report) String() string {
	line := fmt.Sprintf("%-12s %-22s %s", r.Verdict, r.ID, r.Address)
	switch {
	case r.Verdict == Moved:
		line += " -> " + r.Final
	case r.Err != nil:
		line += " (" + r.Err.Error() + ")"
	case r.Verdict != Alive:
		line += fmt.Sprintf(" (HTTP %d)", r.Status)
	}
	if r.Role != RoleShown {
		line += " [" + r.Role + "]"
	}
	return line
}

// parallel is kept low: most links are on the same two or three public sites.
const parallel = 3

// check opens every address of every link, in the order of their ids: the one shown, the fallback kept in reserve,
// and the candidate not verified yet.
func check(ctx context.Context, client *http.Client, links map[string]guide.Link) []Report {
	var reports []Report
	for id, l := range links {
		for _, address := range []string{l.URL, l.Fallback} {
			if address != "" {
				reports = append(reports, Report{ID: id, Address: address, Role: role(l, address)})
			}
		}
	}
	sort.Slice(reports, func(i, j int) bool {
		a, b := reports[i], reports[j]
		return a.ID < b.ID || a.ID == b.ID && a.Role == RoleShown && b.Role != RoleShown
	})
	var wait sync.WaitGroup
	slots := make(chan struct{}, parallel)
	for i := range reports {
		wait.Add(1)
		go func() {
			defer wait.Done()
			slots <- struct{}{}
			reports[i].open(ctx, client)
			<-slots
		}()
	}
	wait.Wait()
	return reports
}

func role(l guide.Link, address string) string {
	switch {
	case address == l.Address():
		return RoleShown
	case l.Verified:
		return RoleReserve
	}
	return RoleCandidate
}

// open asks for the address, twice when the network failed.
func (r *Report) open(ctx context.Context, client *http.Client) {
	for range 2 {
		r.Status, r.Final, r.Err = get(ctx, client, r.Address)
		if r.Err == nil {
			break
		}
	}
	r.Verdict = verdict(r.Status, r.Final, r.Err)
}

func verdict(status int, final string, err error) Verdict {
	var unknownHost *net.DNSError
	switch {
	case errors.As(err, &unknownHost) && unknownHost.IsNotFound:
		return Dead
	case err != nil:
		return Failed
	case status == http.StatusUnauthorized, status == http.StatusForbidden, status == http.StatusTooManyRequests:
		return Refused
	case status >= 500:
		return Failed
	case status >= 400:
		return Dead
	case final != "":
		return Moved
	}
	return Alive
}

// get gives the last status, and the final address when a permanent redirection led there.
func get(ctx context.Context, client *http.Client, address string) (status int, final string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, "", fmt.Errorf("address: %w", err)
	}
	req.Header.Set("User-Agent", "Mozilla/5.0 (compatible; echarpe-linkcheck/1.0)")
	req.Header.Set("Accept", "text/html,*/*")
	permanent := false
	follow := *client
	follow.CheckRedirect = func(next *http.Request, via []*http.Request) error {
		if len(via) >= 10 {
			return errors.New("too many redirections")
		}
		code := next.Response.StatusCode
		permanent = permanent || code == http.StatusMovedPermanently || code == http.StatusPermanentRedirect
		return nil
	}
	resp, err := follow.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	_, _ = io.CopyN(io.Discard, resp.Body, 64<<10)
	if permanent {
		final = resp.Request.URL.String()
	}
	return resp.StatusCode, final, nil
}
