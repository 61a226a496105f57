package seats

import (
	"strings"
	"testing"
)

const someProfile = `Showing nodes accounting for 2s, 99% of 2s total
      flat  flat%   sum%        cum   cum%
     0.40s 20.00% 20.00%      0.60s 30.00%  runtime.mallocgc
     0.20s 10.00% 30.00%      0.20s 10.00%  runtime.futex
     0.01s  0.05% 30.05%      0.01s  0.05%  github.com/aws/smithy-go/middleware.decoratedHandler.Handle (inline)
     0.01s  0.04% 30.09%      0.01s  0.04%  github.com/aws/aws-sdk-go-v2/service/dynamodb.(*Client).GetItem
         0     0% 30.09%      1.00s 50.00%  github.com/echarpe/echarpe/internal/booking.attempt[go.shape.struct { Enrolment github.com/x }]
`

func TestAProfileIsReadToItsLeastFunction(t *testing.T) {
	s := sharesOf(someProfile)
	for name, want := range map[string]string{
		"runtime: memory and its collection": "20.0 %", "runtime: scheduling, maps, copies": "10.0 %", "the DynamoDB client (aws-sdk-go-v2, smithy-go)": "0.1 %",
	} {
		if got := percent(s.own[name]); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if s.under["booking.attempt"] != 50 {
		t.Errorf("for whom: %v", s.under)
	}
}

// What is compared was cut nowhere: a profile kept without its small functions would make every later one look worse.
func TestWhatIsKeptOfBeforeIsNearlyTheWholeProfile(t *testing.T) {
	total := 0.0
	for _, share := range readShares(before).own {
		total += share
	}
	if total < 90 || total > 100.5 {
		t.Errorf("%.1f %% of the samples are kept", total)
	}
	var out strings.Builder
	writeShares(&out, sharesOf(someProfile))
	if !strings.Contains(out.String(), "| runtime: memory and its collection | 20.0 % | 19") {
		t.Error(out.String())
	}
}
