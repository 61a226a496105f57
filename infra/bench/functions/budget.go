package functions

// budget is what a function may weigh and take. Sizes are exact for a platform and a Go: 1.27,
// which a machine without Go gets, makes them 3 % larger than 1.26; with room for that and a few hundred lines. Times are ratios to
// bare in the same run.
//
// The aim is to be ready within twice bare's time. The api, documents and feedback functions are, on a quiet machine (1.8 to 2.0 times);
// reminders is at 2.4. What is left is the SDK's. By GODEBUG=inittrace=1 on amd64, where bare takes 2 ms in all: 0.5 ms and 587 kB in
// dynamodb/schemas, 0.1 ms and 83 kB in dynamodb/internal/endpoints; for reminders 0.5 ms and 582 kB more in sesv2/schemas and 0.1 ms
// in its endpoints; for documents and reminders 0.3 ms in encoding/gob, which the PDF library imports. The table's first call takes 0.5 to
// 0.7 ms; it stays in initialisation because on AWS its TLS would take far longer while a person waits. So the budgets of time
// are what is reached, with a tenth of room and another for the processor: on one of November 2026 reminders takes 2.7 to 2.9 times bare's,
// where the one before took 2.4, the binaries being the same.
type budget struct {
	size map[string]size // by GOARCH
	cpu  float64         // processor time until the first poll: steady on a busy machine
	wall float64         // elapsed: with room for a busy machine
}

var budgets = map[string]budget{
	"api":       {size: map[string]size{"amd64": {12_200_000, 4_900_000}, "arm64": {11_450_000, 4_500_000}}, cpu: 2.4, wall: 3},
	"documents": {size: map[string]size{"amd64": {13_600_000, 5_650_000}, "arm64": {12_850_000, 5_250_000}}, cpu: 2.5, wall: 3},
	"reminders": {size: map[string]size{"amd64": {21_800_000, 8_000_000}, "arm64": {20_400_000, 7_350_000}}, cpu: 3.1, wall: 3.5},
	"feedback":  {size: map[string]size{"amd64": {11_450_000, 4_500_000}, "arm64": {10_750_000, 4_150_000}}, cpu: 2.4, wall: 3},
}
