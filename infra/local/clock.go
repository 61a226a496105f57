package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"sync"
	"time"
)

// clock is the product's clock: the machine's, moved forward. How far is kept in a file, beside the data that it dated.
type clock struct {
	mu     sync.RWMutex
	offset time.Duration
	file   string
}

func openClock(file string) (*clock, error) {
	c := &clock{file: file}
	raw, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		return c, nil
	}
	if err == nil {
		c.offset, err = time.ParseDuration(string(raw))
	}
	if err != nil {
		return nil, fmt.Errorf("the local clock: %w; make clean forgets it", err)
	}
	return c, nil
}

// Now is the product's present.
func (c *clock) Now() time.Time {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return time.Now().Add(c.offset).UTC()
}

// advance moves the clock forward; it never goes back, because what is written is dated.
func (c *clock) advance(d time.Duration) error {
	if d < 0 {
		return fmt.Errorf("the clock never goes back: advance by 0s or more, not %s", d)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := os.WriteFile(c.file, []byte((c.offset + d).String()), 0o644); err != nil {
		return fmt.Errorf("keep the clock: %w", err)
	}
	c.offset += d
	return nil
}

// ServeHTTP reads the clock (GET) or moves it (POST {"advance":"72h"}) and then runs after, so that what became due is done
// when the answer arrives.
func (c *clock) handler(after func(*http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodGet:
		case http.MethodPost:
			if err := c.post(r, after); err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
		default:
			w.Header().Set("Allow", "GET, POST")
			http.Error(w, "GET or POST", http.StatusMethodNotAllowed)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]string{"now": c.Now().Format(time.RFC3339Nano), "advanced": c.total().String()})
	})
}

func (c *clock) post(r *http.Request, after func(*http.Request) error) error {
	var body struct {
		Advance string `json:"advance"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(nil, r.Body, 1<<10)).Decode(&body); err != nil {
		return fmt.Errorf(`send {"advance":"72h"}: %w`, err)
	}
	d, err := time.ParseDuration(body.Advance)
	if err != nil {
		return fmt.Errorf(`send {"advance":"72h"}: %w`, err)
	}
	if d > 366*24*time.Hour {
		return fmt.Errorf("advance by a year at most, not %s", d)
	}
	return c.pass(d, func() error { return after(r) })
}

// stride is how far the clock moves between two runs of what became due. Mails leave in office hours: a clock that jumped from
// night to night would never see one leave.
const stride = time.Hour

// pass lets the time pass as it would have, stride by stride.
func (c *clock) pass(d time.Duration, after func() error) error {
	for {
		step := min(d, stride)
		if err := c.advance(step); err != nil {
			return err
		}
		if err := after(); err != nil {
			return err
		}
		if d -= step; d <= 0 {
			return nil
		}
	}
}

func (c *clock) total() time.Duration {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.offset
}
