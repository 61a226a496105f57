package dynamo

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// seats updates the counts of one session, under the conditions that keep its promises:
//
//   - a newcomer takes a seat only when one is free and nobody waits, joins the queue only when none is, and either
//     only while the session is open and is as the newcomer saw it (else they would never be told that it moved);
//   - a seat offered to the queue exists, and the queue has someone;
//   - a seat given back without an offer leaves nobody waiting, unless offers have stopped.
func (p *plan) seats(act enrolment.Act, sessionID string) {
	c := countsOf(act, sessionID)
	if c.taken == 0 && c.waiting == 0 && c.newcomer == nil {
		return
	}
	var conditions []string
	values := item{":taken": number(int64(c.taken)), ":waiting": number(int64(c.waiting))}
	names := map[string]string{}
	require := func(condition string) { conditions = append(conditions, condition) }

	if c.newcomer != nil {
		require("#status = :open AND closesAt > :at AND revision = :seen")
		names["#status"] = "status"
		values[":open"], values[":at"] = text(string(enrolment.SessionOpen)), text(stampOf(act.At).text())
		values[":seen"] = number(int64(c.newcomer.Revision))
	}
	switch {
	case c.newcomers > 0:
		require("taken < #capacity AND waiting = :none")
		names["#capacity"], values[":none"] = "capacity", number(0)
	case c.taken > 0:
		require("taken < #capacity")
		names["#capacity"] = "capacity"
	case c.waiting > 0:
		require("(taken >= #capacity OR waiting > :none)")
		names["#capacity"], values[":none"] = "capacity", number(0)
	case c.taken < 0 && !act.Idle:
		require("waiting = :none")
		values[":none"] = number(0)
	}
	if c.taken < 0 {
		require("taken >= :back")
		values[":back"] = number(int64(-c.taken))
	}
	if c.waiting < 0 {
		require("waiting >= :leave")
		values[":leave"] = number(int64(-c.waiting))
	}
	p.update(sessionKey(sessionID), "ADD taken :taken, waiting :waiting", strings.Join(conditions, " AND "), names, values)
}

func (p *plan) update(k key, update, condition string, names map[string]string, values item) {
	u := &types.Update{
		TableName: p.table, Key: k.item(), UpdateExpression: &update, ConditionExpression: &condition, ExpressionAttributeValues: values,
	}
	if len(names) > 0 {
		u.ExpressionAttributeNames = names
	}
	p.writes = append(p.writes, types.TransactWriteItem{Update: u})
}

// counts is what an act does to one session.
type counts struct {
	taken, waiting int
	newcomers      int                // seats taken by files that were not in this session
	newcomer       *enrolment.Session // the session as a newcomer saw it
}

func countsOf(act enrolment.Act, sessionID string) counts {
	var c counts
	for _, m := range act.Moves {
		taken, waiting := m.Counts(sessionID)
		c.taken += taken
		c.waiting += waiting
		if comesTo(m, sessionID) {
			c.newcomer = &m.Seen
			if m.After.Holds() {
				c.newcomers++
			}
		}
	}
	return c
}

func comesTo(m enrolment.Move, sessionID string) bool {
	wasThere := m.Before.Claims() && m.Before.SessionID == sessionID
	return m.After.Claims() && m.After.SessionID == sessionID && !wasThere
}
