package functions

// budget is what a function may weigh and take. Sizes are exact for a platform and a Go: 1.27,
// which a machine without Go gets, makes them 3 % larger than 1.26; with room for that and a few hundred lines. Times are ratios to
// bare in the same run.
//
// The aim is to be ready within twice bare's time. BENCH.md says by package what is left: most of it is the DynamoDB client's tables
// (dynamodb/schemas, 587 kB), which every function needs; for reminders there is as much again in SES's (sesv2/schemas); for documents and
// reminders encoding/gob comes with the PDF library. The table's first call takes 0.5 to 0.7 ms; it stays in initialisation because on AWS
// its TLS would take far longer while a person waits. The ratio is the machine's as much as ours: the same binaries took 1.8 to 2.4 times
// bare's on one processor of November 2026 and 2.2 to 2.9 on another. So the budgets of time leave room for the processor.
type budget struct {
	size map[string]size // by GOARCH
	cpu  float64         // processor time until the first poll: steady on a busy machine
	wall float64         // elapsed: with room for a busy machine
}

var budgets = map[string]budget{
	"api":       {size: map[string]size{"amd64": {12_200_000, 4_900_000}, "arm64": {11_450_000, 4_500_000}}, cpu: 2.4, wall: 3},
	"documents": {size: map[string]size{"amd64": {13_600_000, 5_650_000}, "arm64": {12_850_000, 5_250_000}}, cpu: 2.5, wall: 3},
	"scans":     {size: map[string]size{"amd64": {13_050_000, 5_150_000}, "arm64": {12_200_000, 4_650_000}}, cpu: 2.6, wall: 3.2},
	"reminders": {size: map[string]size{"amd64": {21_800_000, 8_000_000}, "arm64": {20_400_000, 7_350_000}}, cpu: 3.1, wall: 3.5},
	"feedback":  {size: map[string]size{"amd64": {11_450_000, 4_500_000}, "arm64": {10_750_000, 4_150_000}}, cpu: 2.4, wall: 3},
}
