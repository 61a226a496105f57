package httpapi

import (
	"context"
	"sync"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// payees remembers for a minute who is paid: the organisation's item has its logo in it, up to 150 kB, which each opening of a file that is
// paid for personally would read again.
type payees struct {
	mu    sync.Mutex
	org   enrolment.Organisation
	until time.Time
}

// payeeKept is how long a corrected IBAN may stay unseen on pages already served by one instance.
const payeeKept = time.Minute

func (p *payees) of(ctx context.Context, c Catalogue, now time.Time) (enrolment.Organisation, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now.Before(p.until) {
		return p.org, nil
	}
	org, err := c.Organisation(ctx)
	if err != nil {
		return org, err
	}
	org.LogoImage = nil
	p.org, p.until = org, now.Add(payeeKept)
	return org, nil
}
