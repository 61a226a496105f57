package feedback_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Each kind and sub-kind that SES documents, one by one.
func TestEveryKindOfNewsIsDecided(t *testing.T) {
	type outcome struct {
		unreachable, off bool
		state            enrolment.MessageState
		level            string
	}
	unharmed := outcome{state: enrolment.MessageSent, level: "INFO"}
	gone := outcome{unreachable: true, state: enrolment.MessageBounced, level: "WARN"}
	refused := outcome{state: enrolment.MessageBounced, level: "ERROR"}
	stopped := outcome{off: true, state: enrolment.MessageSent, level: "WARN"}
	warned := outcome{state: enrolment.MessageSent, level: "WARN"}
	for name, c := range map[string]struct {
		event, part string
		fields      map[string]any
		want        outcome
	}{
		"bounce Permanent General":                  {"bounce-holder", "bounce", kinds("Permanent", "General"), gone},
		"bounce Permanent NoEmail":                  {"bounce-holder", "bounce", kinds("Permanent", "NoEmail"), gone},
		"bounce Permanent Suppressed":               {"bounce-holder", "bounce", kinds("Permanent", "Suppressed"), gone},
		"bounce Permanent OnAccountSuppressionList": {"bounce-holder", "bounce", kinds("Permanent", "OnAccountSuppressionList"), gone},
		"bounce Permanent UnsubscribedRecipient":    {"bounce-holder", "bounce", kinds("Permanent", "UnsubscribedRecipient"), stopped},
		"bounce Transient General":                  {"bounce-holder", "bounce", kinds("Transient", "General"), unharmed},
		"bounce Transient MailboxFull":              {"bounce-holder", "bounce", kinds("Transient", "MailboxFull"), unharmed},
		"bounce Transient CustomTimeoutExceeded":    {"bounce-holder", "bounce", kinds("Transient", "CustomTimeoutExceeded"), unharmed},
		"bounce Transient MessageTooLarge":          {"bounce-holder", "bounce", kinds("Transient", "MessageTooLarge"), refused},
		"bounce Transient ContentRejected":          {"bounce-holder", "bounce", kinds("Transient", "ContentRejected"), refused},
		"bounce Transient AttachmentRejected":       {"bounce-holder", "bounce", kinds("Transient", "AttachmentRejected"), refused},
		"bounce Undetermined":                       {"bounce-holder", "bounce", kinds("Undetermined", "Undetermined"), unharmed},
		"bounce of a kind not known yet":            {"bounce-holder", "bounce", kinds("Later", "Sort"), unharmed},
		"complaint abuse":                           {"complaint-holder", "complaint", complains("abuse"), stopped},
		"complaint fraud":                           {"complaint-holder", "complaint", complains("fraud"), stopped},
		"complaint other":                           {"complaint-holder", "complaint", complains("other"), stopped},
		"complaint without a type":                  {"complaint-holder", "complaint", complains(""), stopped},
		"complaint not-spam":                        {"complaint-holder", "complaint", complains("not-spam"), unharmed},
		"complaint auth-failure":                    {"complaint-holder", "complaint", complains("auth-failure"), unharmed},
		"complaint virus":                           {"complaint-holder", "complaint", complains("virus"), unharmed},
		"delay SpamDetected":                        {"delivery", "deliveryDelay", map[string]any{"delayType": "SpamDetected"}, warned},
		"delay IPFailure":                           {"delivery", "deliveryDelay", map[string]any{"delayType": "IPFailure"}, warned},
		"delay MailboxFull":                         {"delivery", "deliveryDelay", map[string]any{"delayType": "MailboxFull"}, unharmed},
		"delay RecipientServerError":                {"delivery", "deliveryDelay", map[string]any{"delayType": "RecipientServerError"}, unharmed},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRoom(t)
			if _, err := r.listener.Handle(t.Context(), with(t, event(t, c.event), c.part, c.fields)); err != nil {
				t.Fatal(err)
			}
			key := "confirmation"
			if c.part == "complaint" {
				key = "dife.compte.2027-03-01.2"
			}
			e, m := r.state(key)
			got := outcome{e.Unreachable, e.RemindersOff, m.State, level(r.log)}
			if got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

func kinds(kind, subKind string) map[string]any {
	return map[string]any{"bounceType": kind, "bounceSubType": subKind}
}

func complains(kind string) map[string]any { return map[string]any{"complaintFeedbackType": kind} }

// with puts other fields into one part of an event.
func with(t *testing.T, raw json.RawMessage, part string, fields map[string]any) json.RawMessage {
	t.Helper()
	var e map[string]any
	if err := json.Unmarshal(raw, &e); err != nil {
		t.Fatal(err)
	}
	detail := e["detail"].(map[string]any)
	inside, ok := detail[part].(map[string]any)
	if !ok {
		inside = map[string]any{}
		e["detail-type"] = "Email Delivery Delayed"
	}
	for name, value := range fields {
		inside[name] = value
	}
	detail[part] = inside
	out, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// level is the loudest line of a log.
func level(log *bytes.Buffer) string {
	for _, l := range []string{"ERROR", "WARN"} {
		if strings.Contains(log.String(), `"level":"`+l+`"`) {
			return l
		}
	}
	return "INFO"
}
