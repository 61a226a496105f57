package reminder_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// errCrash is the end of a process: nothing that follows it in that run happens.
var errCrash = errors.New("the process was killed")

// memory keeps files as the table does, and can kill the process around any write. Instants are kept to the millisecond.
type memory struct {
	mu      sync.Mutex
	files   map[string]enrolment.Enrolment
	logs    map[string]map[string]enrolment.MessageRecord
	session map[string]enrolment.Session
	// crash is asked before and after each write; true kills the run there.
	crash func(point string) bool
	dead  bool // the process was killed: nothing it still tries has an effect
	// noClaims grants every claim: the negative control.
	noClaims bool
	expired  int
	looks    map[string]enrolment.Look // as last set
	office   enrolment.PostState
	ids      []string // of files, in order
}

func (m *memory) Post(context.Context) (enrolment.PostState, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.office, nil
}

func (m *memory) SwapPost(_ context.Context, s enrolment.PostState) (enrolment.PostState, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s.Version != m.office.Version {
		return s, enrolment.ErrStale
	}
	s.Version++
	m.office = s
	return s, nil
}

func newMemory() *memory {
	return &memory{files: map[string]enrolment.Enrolment{}, logs: map[string]map[string]enrolment.MessageRecord{},
		session: map[string]enrolment.Session{}, looks: map[string]enrolment.Look{}, crash: func(string) bool { return false }}
}

func ms(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// write does one atomic write, unless the process dies before it; it may die after.
func (m *memory) write(name string, do func() error) error {
	if m.dies("before " + name) {
		return errCrash
	}
	m.mu.Lock()
	err := do()
	m.mu.Unlock()
	if m.dies("after " + name) {
		return errCrash
	}
	return err
}

// dies tells whether the process is killed here, or was before.
func (m *memory) dies(point string) bool {
	m.dead = m.dead || m.crash(point)
	return m.dead
}

// put changes a file as an act of booking does: a version on, and due now.
func (m *memory) put(e enrolment.Enrolment, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e.Version++
	e.DueAt = ms(now)
	m.files[e.ID] = e
}

func (m *memory) file(id string) enrolment.Enrolment {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.files[id]
}

func (m *memory) log(id string) []enrolment.MessageRecord {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.sorted(id)
}

func (m *memory) sorted(id string) []enrolment.MessageRecord {
	var all []enrolment.MessageRecord
	for _, k := range slices.Sorted(maps.Keys(m.logs[id])) {
		all = append(all, m.logs[id][k])
	}
	return all
}

func (m *memory) FileWithMessages(_ context.Context, id string) (enrolment.Enrolment, []enrolment.MessageRecord, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.files[id]
	if !ok {
		return e, nil, enrolment.Refuse(enrolment.KindNotFound, "Ce dossier n’existe pas.")
	}
	e.Notices, e.Steps = slices.Clone(e.Notices), maps.Clone(e.Steps)
	return e, m.sorted(id), nil
}

func (m *memory) Session(_ context.Context, id string) (enrolment.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.session[id], nil
}

func (m *memory) ClaimMessage(_ context.Context, c enrolment.MessageClaim) (r enrolment.MessageRecord, err error) {
	err = m.write("claim", func() error {
		before := m.logs[c.FileID][c.Key]
		r = enrolment.MessageRecord{Key: c.Key, Kind: c.Kind, To: c.To, State: enrolment.MessageClaimed, Covers: c.Covers, At: ms(c.Now),
			LeaseUntil: ms(c.Now.Add(c.Lease)), Attempts: before.Attempts + 1, Crashes: before.Crashes, Since: before.Since, Failure: before.Failure}
		if r.Since.IsZero() {
			r.Since = ms(c.Now)
		}
		if !m.noClaims && !m.grants(c, before, &r) {
			return enrolment.ErrNotClaimed
		}
		if m.logs[c.FileID] == nil {
			m.logs[c.FileID] = map[string]enrolment.MessageRecord{}
		}
		m.logs[c.FileID][c.Key] = r
		return nil
	})
	return r, err
}

func (m *memory) grants(c enrolment.MessageClaim, before enrolment.MessageRecord, after *enrolment.MessageRecord) bool {
	if m.files[c.FileID].Version != c.Version || before.State != c.Before.State || before.Attempts != c.Before.Attempts {
		return false
	}
	switch before.State {
	case "":
		return true
	case enrolment.MessageRetry:
		return !c.Now.Before(before.NextTry)
	case enrolment.MessageClaimed:
		after.Crashes++
		return !c.Now.Before(before.LeaseUntil)
	}
	return false
}

func (m *memory) RecordMessage(_ context.Context, fileID string, r enrolment.MessageRecord) error {
	return m.write("record "+string(r.State), func() error {
		before := m.logs[fileID][r.Key]
		if !m.noClaims && (before.State != enrolment.MessageClaimed || before.Attempts != r.Attempts) {
			return enrolment.ErrStale
		}
		r.At, r.NextTry = ms(r.At), ms(r.NextTry)
		if r.NextTry.Year() < 1000 {
			r.NextTry = time.Time{}
		}
		m.logs[fileID][r.Key] = r
		return nil
	})
}

func (m *memory) SetDue(_ context.Context, id string, version int64, look enrolment.Look, told []string) error {
	return m.write("due", func() error {
		e := m.files[id]
		if e.Version != version {
			return enrolment.ErrStale
		}
		e.Version++
		if e.DueAt = ms(look.At); look.At.IsZero() {
			e.DueAt = time.Time{}
		}
		m.looks[id] = look
		if look.Served {
			e.Needs = ""
		}
		if look.Lapsed {
			e.NewEmail, e.NewEmailBy = "", time.Time{}
		}
		e.Notices = slices.DeleteFunc(slices.Clone(e.Notices), func(n enrolment.Notice) bool { return slices.Contains(told, n.Key) })
		m.files[id] = e
		return nil
	})
}

func (m *memory) MarkUnreachable(_ context.Context, id string) error {
	e := m.file(id)
	e.Unreachable = true
	m.put(e, e.DueAt)
	return nil
}

// left is the post's news of a message that it carries.
func (m *memory) left(id, key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch r := m.logs[id][key]; r.State {
	case enrolment.MessageClaimed, enrolment.MessageRetry, enrolment.MessageDead, enrolment.MessageLapsed:
		r.State, r.MessageID = enrolment.MessageSent, "ses-"+key
		m.logs[id][key] = r
	}
}

// DueFiles ignores shards: everything is in shard 0.
func (m *memory) DueFiles(_ context.Context, shard int, now time.Time, limit int) ([]enrolment.DueFile, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var files []enrolment.DueFile
	if len(m.ids) != len(m.files) {
		m.ids = slices.Sorted(maps.Keys(m.files))
	}
	for _, id := range m.ids {
		if due := m.files[id].DueAt; shard == 0 && !due.IsZero() && !due.After(now) && len(files) < limit {
			look := m.looks[id]
			if !ms(look.At).Equal(due) { // an act of booking made it due
				look = enrolment.Look{}
			}
			look.At = due
			files = append(files, enrolment.DueFile{ID: id, Look: look})
		}
	}
	return files, nil
}

// expire is what booking does to an offer whose time is over.
func (m *memory) expire(id string, now time.Time) {
	e := m.file(id)
	if e.Status != enrolment.Offered || now.Before(e.OfferedUntil) {
		return
	}
	m.mu.Lock()
	m.expired++
	m.mu.Unlock()
	e.Status = enrolment.Expired
	e.Notices = append(slices.Clone(e.Notices), enrolment.Notice{Key: "offer-expired", Kind: enrolment.NoticeOfferExpired, At: now})
	m.put(e, now)
}
