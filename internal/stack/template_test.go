package stack_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/echarpe/echarpe/internal/config"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/lambdatest"
	"github.com/echarpe/echarpe/internal/metrics"
	"github.com/echarpe/echarpe/internal/stack"
)

const root = "../../"

func load(t *testing.T, file string) *stack.Template {
	t.Helper()
	template, err := stack.Load(root + file)
	if err != nil {
		t.Fatal(err)
	}
	return template
}

// all gives every template of the stack by its file.
func all(t *testing.T) map[string]*stack.Template {
	t.Helper()
	files, err := filepath.Glob(root + "infra/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	templates := map[string]*stack.Template{"template.yaml": load(t, "template.yaml")}
	for _, f := range files {
		name := strings.TrimPrefix(f, root)
		templates[name] = load(t, name)
	}
	return templates
}

// statement of a policy, with the resource that it belongs to.
type statement struct {
	owner     string
	effect    string
	actions   []string
	resources []any
	principal any
	condition map[string]any
}

func statements(template *stack.Template) (found []statement) {
	for _, name := range slices.Sorted(maps.Keys(template.Resources)) {
		p := template.Resources[name].Properties
		documents := []any{p["PolicyDocument"]}
		for _, policy := range stack.List(p["Policies"]) {
			documents = append(documents, stack.Map(policy)["PolicyDocument"])
		}
		for _, d := range documents {
			for _, s := range stack.List(stack.Map(d)["Statement"]) {
				m := stack.Map(s)
				st := statement{owner: name, effect: stack.Text(m["Effect"]), resources: stack.List(m["Resource"]), principal: m["Principal"], condition: stack.Map(m["Condition"])}
				for _, a := range stack.List(m["Action"]) {
					st.actions = append(st.actions, stack.Text(a))
				}
				found = append(found, st)
			}
		}
	}
	return found
}

// knownActions are the IAM actions that this product has a reason to use, spelt as IAM spells them: no linter here knows a
// misspelt one.
var knownActions = []string{
	"dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:DeleteItem", "dynamodb:DescribeStream", "dynamodb:GetItem",
	"dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem",
	"lambda:InvokeFunction", "logs:CreateLogStream", "logs:PutLogEvents", "s3:DeleteObject", "s3:GetObject", "s3:GetObjectTagging", "s3:ListBucket",
	"s3:PutObject", "secretsmanager:GetSecretValue", "ses:GetAccount", "ses:SendEmail", "ses:SendRawEmail", "sqs:SendMessage",
	// What GuardDuty asks of the role that it reads a bucket with.
	"events:DeleteRule", "events:DescribeRule", "events:ListTargetsByRule", "events:PutRule", "events:PutTargets", "events:RemoveTargets",
	"s3:GetBucketNotification", "s3:GetObjectVersion", "s3:GetObjectVersionTagging", "s3:PutBucketNotification", "s3:PutObjectTagging",
	"s3:PutObjectVersionTagging",
}

func TestNoActionIsAWildcardOrMisspelt(t *testing.T) {
	for file, template := range all(t) {
		for _, s := range statements(template) {
			for _, a := range s.actions {
				if !slices.Contains(knownActions, a) && (s.effect != "Deny" || a != "s3:*") { // what nobody may, whatever it is
					t.Errorf("%s: %s: action %q: misspelt, a wildcard, or to be added to the list with a reason", file, s.owner, a)
				}
			}
		}
	}
}

// resourcesOf says, for the actions that matter, the only resources that they are allowed on.
var resourcesOf = map[string]*regexp.Regexp{
	"dynamodb": regexp.MustCompile(`^(Table\.Arn|Table\.StreamArn|\$\{Table\.Arn\}/index/[a-zA-Z]+)$`),
	"secrets":  regexp.MustCompile(`^LinkSecret$`),
	"sqs":      regexp.MustCompile(`^(Reminders|Feedback)DeadLetters\.Arn$`),
	"logs":     regexp.MustCompile(`^[A-Z][a-z]+Logs\.Arn$`),
	"lambda":   regexp.MustCompile(`^((Reminders|Canary)Function\.Arn|ScansFunction\.Alias)$`),
	"s3":       regexp.MustCompile(`^(\$\{(Scan)?Bucket\.Arn\}/[a-z-]*\*?|ScanBucket\.Arn|\$\{ScanBucket\.Arn\}/(uploads|scans)/\*)$`), // and those of scans one by one, in scans_test.go
	"events":   regexp.MustCompile(`^arn:\$\{AWS::Partition\}:events:\$\{AWS::Region\}:\$\{AWS::AccountId\}:rule/DO-NOT-DELETE-AmazonGuardDutyMalwareProtectionS3\*$`),
	"ses":      regexp.MustCompile(`^arn:\$\{AWS::Partition\}:ses:\$\{AWS::Region\}:\$\{AWS::AccountId\}:(identity/\*|configuration-set/\$\{ConfigurationSet\})$`),
}

// anyResource are the actions that IAM knows no resource for (Service Authorization Reference, Amazon SES v2).
var anyResource = map[string]bool{"ses:GetAccount": true}

func TestEveryStatementNamesItsResource(t *testing.T) {
	for file, template := range all(t) {
		for _, s := range statements(template) {
			for _, a := range s.actions {
				service := strings.TrimSuffix(strings.Split(a, ":")[0], "manager")
				for _, r := range s.resources {
					if anyResource[a] && target(r) == "*" {
						continue
					}
					if name := target(r); !resourcesOf[service].MatchString(name) {
						t.Errorf("%s: %s: %s on %q", file, s.owner, a, name)
					}
				}
			}
		}
	}
}

// target is the text inside an intrinsic function.
func target(v any) string {
	if s := stack.Text(v); s != "" {
		return s
	}
	for _, f := range []string{"Ref", "Fn::GetAtt", "Fn::Sub"} {
		if s := stack.Text(stack.Map(v)[f]); s != "" {
			return s
		}
	}
	return fmt.Sprint(v)
}

// What each function must never be able to do: the reason why it stands apart.
func TestFunctionsCannotDoWhatIsNotTheirWork(t *testing.T) {
	never := map[string][]string{
		"ApiRole":       {"ses:", "sqs:", "s3:", "dynamodb:GetRecords"},
		"DocumentsRole": {"ses:", "sqs:", "s3:", "dynamodb:PutItem", "dynamodb:DeleteItem"},
		"ScansRole":     {"ses:", "sqs:", "lambda:", "cognito", "dynamodb:GetRecords", "dynamodb:Scan"},
		"RemindersRole": {"s3:", "lambda:"},
		"StaffRole":     {"ses:", "sqs:", "s3:Put", "s3:Delete", "s3:List", "lambda:", "cognito", "dynamodb:GetRecords", "dynamodb:Scan"},
		"FeedbackRole":  {"ses:", "secretsmanager:", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:BatchGetItem", "dynamodb:GetRecords"},
	}
	template := load(t, "template.yaml")
	for _, s := range statements(template) {
		for _, a := range s.actions {
			for _, prefix := range never[s.owner] {
				if strings.HasPrefix(a, prefix) {
					t.Errorf("%s may %s", s.owner, a)
				}
			}
		}
		if s.owner == "DocumentsRole" && slices.Contains(s.actions, "dynamodb:UpdateItem") {
			want := map[string]any{"ForAllValues:StringLike": map[string]any{"dynamodb:LeadingKeys": []any{"A#*"}}, "Null": map[string]any{"dynamodb:LeadingKeys": "false"}}
			if diff := cmp.Diff(want, s.condition); diff != "" {
				t.Errorf("%s writes more than the counters of its papers:\n%s", s.owner, diff)
			}
		}
		if slices.Contains(s.actions, "ses:SendEmail") {
			want := map[string]any{"StringEquals": map[string]any{"ses:FromAddress": map[string]any{"Ref": "MailAddress"}}}
			if diff := cmp.Diff(want, s.condition); diff != "" {
				t.Errorf("%s sends from any address:\n%s", s.owner, diff)
			}
		}
	}
	for role := range never {
		if _, ok := template.Resources[role]; !ok {
			t.Errorf("%s is not in the template any more: this test guards nothing", role)
		}
	}
}

func TestNobodyIsTrustedWithoutACondition(t *testing.T) {
	for file, template := range all(t) {
		for _, s := range statements(template) {
			if s.effect == "Allow" && s.principal != nil && len(s.condition) == 0 {
				t.Errorf("%s: %s: a resource policy without a condition", file, s.owner)
			}
		}
	}
}

func TestEveryFolderOfFunctionsIsInTheTemplate(t *testing.T) {
	folders, err := fs.Glob(os.DirFS(root), "functions/*/main.go")
	if err != nil {
		t.Fatal(err)
	}
	want := make([]string, 0, len(folders))
	for _, f := range folders {
		want = append(want, filepath.Base(filepath.Dir(f)))
	}
	functions := load(t, "template.yaml").Functions()
	got := slices.Sorted(maps.Keys(functions))
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("functions/ and the template (-folder +template):\n%s", diff)
	}
}

func TestEachFunctionHasItsOwnRoleAndLogs(t *testing.T) {
	template := load(t, "template.yaml")
	seen := map[string]string{}
	for folder, f := range template.Functions() {
		p := template.Resources[f.Name].Properties
		for _, own := range []string{target(p["Role"]), target(stack.Map(p["LoggingConfig"])["LogGroup"])} {
			if other, taken := seen[own]; taken || own == "" || strings.HasPrefix(own, "map[") {
				t.Errorf("%s: %q is shared with %q or missing", folder, own, other)
			}
			seen[own] = folder
		}
		logs := template.Resources[target(stack.Map(p["LoggingConfig"])["LogGroup"])]
		if logs.Properties["RetentionInDays"] == nil {
			t.Errorf("%s: its logs are kept for ever", folder)
		}
		if f.MemoryMB < 128 || f.MemoryMB > 1024 {
			t.Errorf("%s: %d MB", folder, f.MemoryMB)
		}
	}
}

// Values that a linter takes for granted and that fail at deployment, or worse, do not.
func TestValuesThatNoLinterChecks(t *testing.T) {
	allowed := map[string][]string{
		"ViewerProtocolPolicy": {"https-only", "redirect-to-https"},
		"ProjectionType":       {"ALL", "KEYS_ONLY", "INCLUDE"},
		"StreamViewType":       {"NEW_AND_OLD_IMAGES"},
		"HttpVersion":          {"http2and3"},
		"OriginProtocolPolicy": {"https-only"},
		"SigningBehavior":      {"always"},
		"BillingMode":          {"PAY_PER_REQUEST"},
		"StartingPosition":     {"TRIM_HORIZON"},
		"EventType":            {"viewer-request"},
		"PayloadFormatVersion": {"2.0"},
		"IntegrationType":      {"AWS_PROXY"},
		"TlsPolicy":            {"REQUIRE"},
		"Principal.Service":    {"lambda.amazonaws.com", "scheduler.amazonaws.com", "events.amazonaws.com", "cloudfront.amazonaws.com", "malware-protection-plan.guardduty.amazonaws.com"},
	}
	met := map[string]bool{}
	for file, template := range all(t) {
		for name, r := range template.Resources {
			walk(r.Properties, "", func(path string, v any) {
				for suffix, values := range allowed {
					if text := stack.Text(v); strings.HasSuffix("."+path, "."+suffix) && text != "" {
						met[suffix] = true
						if !slices.Contains(values, text) {
							t.Errorf("%s: %s: %s is %q, want one of %v", file, name, path, text, values)
						}
					}
				}
			})
		}
	}
	for suffix := range allowed {
		if !met[suffix] {
			t.Errorf("%s was met nowhere: this test guards nothing", suffix)
		}
	}
}

func walk(v any, path string, visit func(string, any)) {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			walk(e, strings.TrimPrefix(path+"."+k, "."), visit)
		}
	case []any:
		for _, e := range v {
			walk(e, path, visit)
		}
	default:
		visit(path, v)
	}
}

// EventBridge Scheduler's grammar: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
var (
	rate = regexp.MustCompile(`^rate\((1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))\)$`)
	cron = regexp.MustCompile(`^cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)$`)
)

func validSchedule(s string) bool {
	if rate.MatchString(s) {
		return true
	}
	field := cron.FindStringSubmatch(s)
	if field == nil {
		return false
	}
	plain := regexp.MustCompile(`^(\*|\?|[0-9A-Z*/,#L-]+)$`)
	for _, f := range field[1:] {
		if !plain.MatchString(f) {
			return false
		}
	}
	return (field[3] == "?") != (field[5] == "?") // one of the two days is left open, not both
}

func TestSchedulesAreValid(t *testing.T) {
	for expression, want := range map[string]bool{
		"rate(5 minutes)": true, "rate(1 hour)": true, "rate(1 minutes)": false, "rate(5 minute)": false, "every 5 minutes": false,
		"cron(0 6 * * ? *)": true, "cron(0 6 * * * *)": false, "cron(0 6 * * ?)": false, "cron(0 6 ? * ? *)": false,
	} {
		if validSchedule(expression) != want {
			t.Errorf("validSchedule(%q) is not %v", expression, want)
		}
	}
	found := 0
	for file, template := range all(t) {
		for _, name := range template.OfType("AWS::Scheduler::Schedule") {
			found++
			if e := stack.Text(template.Resources[name].Properties["ScheduleExpression"]); !validSchedule(e) {
				t.Errorf("%s: %s: %q is not a schedule", file, name, e)
			}
		}
	}
	if found == 0 {
		t.Error("no schedule: nothing would wake the reminders")
	}
}

func TestTheTableKeepsTheData(t *testing.T) {
	template := load(t, "template.yaml")
	p := template.Resources["Table"].Properties
	for what, got := range map[string]any{
		"point-in-time recovery": stack.Map(p["PointInTimeRecoverySpecification"])["PointInTimeRecoveryEnabled"],
		"encryption":             stack.Map(p["SSESpecification"])["SSEEnabled"],
		"time to live":           stack.Map(p["TimeToLiveSpecification"])["Enabled"],
	} {
		if got != true {
			t.Errorf("%s: %v", what, got)
		}
	}
	if template.Parameters["DeletionProtection"].Default != "true" || target(p["DeletionProtectionEnabled"]) != "DeletionProtection" {
		t.Error("deletion protection is not on by default")
	}
	table, err := template.Table()
	if err != nil {
		t.Fatal(err)
	}
	used := []string{table.Key.Hash, table.Key.Range}
	for _, i := range table.Indexes {
		used = append(used, i.Key.Hash, i.Key.Range)
	}
	slices.Sort(used)
	if diff := cmp.Diff(used, slices.Sorted(maps.Keys(table.Attributes))); diff != "" {
		t.Errorf("attributes declared are not those of the keys:\n%s", diff)
	}
}

func TestTheStreamWakesTheRemindersForDueFilesOnly(t *testing.T) {
	filters := load(t, "template.yaml").StreamFilters()
	if len(filters) != 1 {
		t.Fatalf("%d filters, want one", len(filters))
	}
	record := func(event, sk string, due bool) map[string]any {
		image := map[string]any{"pk": map[string]any{"S": "E#1"}}
		if due {
			image["duePk"] = map[string]any{"S": "DUE#0"}
		}
		return map[string]any{"eventName": event, "dynamodb": map[string]any{"Keys": map[string]any{"sk": map[string]any{"S": sk}}, "NewImage": image}}
	}
	for name, tt := range map[string]struct {
		record map[string]any
		want   bool
	}{
		"a new file":                    {record("INSERT", "FILE", true), true},
		"a changed file":                {record("MODIFY", "FILE", true), true},
		"a file with nothing to say":    {record("MODIFY", "FILE", false), false},
		"a message of the log":          {record("INSERT", "M#confirmation", true), false},
		"a session":                     {record("MODIFY", "SESSION", false), false},
		"a file erased or past its ttl": {map[string]any{"eventName": "REMOVE", "dynamodb": map[string]any{"Keys": map[string]any{"sk": map[string]any{"S": "FILE"}}}}, false},
	} {
		got, err := stack.Matches(filters[0], tt.record)
		if err != nil {
			t.Fatal(err)
		}
		if got != tt.want {
			t.Errorf("%s: passes %v, want %v", name, got, tt.want)
		}
	}
	if _, err := stack.Matches(`{"a":[{"prefix":"x"}]}`, map[string]any{"a": "xy"}); err == nil {
		t.Error("a pattern that is not known here must not look as if it had been tried")
	}
}

func TestWhatFailsForGoodIsKept(t *testing.T) {
	template := load(t, "template.yaml")
	for _, name := range slices.Concat(template.OfType("AWS::Lambda::EventSourceMapping"), template.OfType("AWS::Lambda::EventInvokeConfig")) {
		p := template.Resources[name].Properties
		if to := target(stack.Map(stack.Map(p["DestinationConfig"])["OnFailure"])["Destination"]); !strings.HasSuffix(to, "DeadLetters.Arn") {
			t.Errorf("%s: failures go to %q", name, to)
		}
	}
	mapping := template.Resources["RemindersStream"].Properties
	if mapping["BisectBatchOnFunctionError"] != true || target(stack.List(mapping["FunctionResponseTypes"])[0]) != "ReportBatchItemFailures" {
		t.Error("one bad record would hold back the others")
	}
}

func TestAccessLogsHoldNothingPersonal(t *testing.T) {
	stage := load(t, "template.yaml").Resources["ApiStage"].Properties
	format := stack.Text(stack.Map(stage["AccessLogSettings"])["Format"])
	var fields map[string]string
	if err := json.Unmarshal([]byte(format), &fields); err != nil {
		t.Fatalf("the access log's format is not JSON: %v", err)
	}
	for name, v := range fields {
		for _, personal := range []string{"sourceIp", "$context.path", "identity", "authorizer", "userAgent", "queryString", "header"} {
			if strings.Contains(v, personal) {
				t.Errorf("%s logs %s", name, v)
			}
		}
	}
	if fields["requestId"] == "" || fields["route"] == "" || fields["status"] == "" {
		t.Errorf("the access log lacks what an operator needs: %v", fields)
	}
}

func TestTheContentNetworkSendsTheSameHeadersAsTheLocalSite(t *testing.T) {
	raw, err := os.ReadFile(root + "frontend/headers.json")
	if err != nil {
		t.Fatal(err)
	}
	var local struct{ Headers map[string]string }
	if err := json.Unmarshal(raw, &local); err != nil {
		t.Fatal(err)
	}
	config := stack.Map(load(t, "infra/site.yaml").Resources["PageHeaders"].Properties["ResponseHeadersPolicyConfig"])
	if diff := cmp.Diff(local.Headers, deployedHeaders(config)); diff != "" {
		t.Errorf("headers (-frontend/headers.json +infra/site.yaml):\n%s", diff)
	}
}

// The organisation's pages may call where it signs in; nothing else sets them apart. frontend/headers.json says where they are.
func TestTheTeamsPagesMayCallWhereTheySignInAndNothingElseIsTheirs(t *testing.T) {
	site := load(t, "infra/site.yaml")
	headers := func(policy string) map[string]string {
		return deployedHeaders(stack.Map(site.Resources[policy].Properties["ResponseHeadersPolicyConfig"]))
	}
	want, got := headers("PageHeaders"), headers("TeamHeaders")
	const policy = "Content-Security-Policy"
	want[policy] = strings.Replace(want[policy], "connect-src 'self'", "connect-src 'self' ${SignInOrigins}", 1)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("headers (-pages and origins +team): %s", diff)
	}
	for _, b := range behaviours(site) {
		if b["PathPattern"] == "/equipe/*" && target(b["ResponseHeadersPolicyId"]) == "TeamHeaders" {
			return
		}
	}
	t.Error("/equipe/* does not carry them")
}

// The sheet of the room may use the camera; no other page may.
func TestTheCameraIsForTheSheetOfTheRoomAndNothingElseIsItsOwn(t *testing.T) {
	site := load(t, "infra/site.yaml")
	headers := func(policy string) map[string]string {
		return deployedHeaders(stack.Map(site.Resources[policy].Properties["ResponseHeadersPolicyConfig"]))
	}
	want, got := headers("PageHeaders"), headers("RoomHeaders")
	const policy = "Permissions-Policy"
	if !strings.Contains(want[policy], "camera=()") {
		t.Error("every page may use the camera:", want[policy])
	}
	want[policy] = strings.Replace(want[policy], "camera=()", "camera=(self)", 1)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("headers (-pages and the camera +sheet): %s", diff)
	}
	carried := 0
	for _, b := range behaviours(site) {
		if target(b["ResponseHeadersPolicyId"]) != "RoomHeaders" {
			continue
		}
		if carried++; b["PathPattern"] != "/feuille/*" {
			t.Error("the camera is also for", b["PathPattern"])
		}
	}
	if carried != 1 {
		t.Errorf("%d paths carry them", carried)
	}
}

func behaviours(site *stack.Template) (found []map[string]any) {
	config := stack.Map(site.Resources["Distribution"].Properties["DistributionConfig"])
	for _, b := range stack.List(config["CacheBehaviors"]) {
		found = append(found, stack.Map(b))
	}
	return found
}

// What a request may carry to the API through CloudFront: If-Match, without which the organisation's side answers 428, and the tokens.
func TestTheContentNetworkForwardsWhatTheAPIReads(t *testing.T) {
	site := load(t, "infra/site.yaml")
	var forwarded []string
	for policy, key := range map[string]string{"ApiRequest": "OriginRequestPolicyConfig", "ApiCache": "CachePolicyConfig"} {
		config := stack.Map(site.Resources[policy].Properties[key])
		if inner := stack.Map(config["ParametersInCacheKeyAndForwardedToOrigin"]); inner != nil {
			config = inner
		}
		for _, h := range stack.List(stack.Map(config["HeadersConfig"])["Headers"]) {
			forwarded = append(forwarded, stack.Text(h))
		}
	}
	for _, wanted := range []string{"Accept", "Authorization", "Content-Type", "Idempotency-Key", "If-Match"} {
		if !slices.Contains(forwarded, wanted) {
			t.Errorf("%s does not reach the API", wanted)
		}
	}
	if len(forwarded) > 10 {
		t.Error("CloudFront forwards ten headers at most")
	}
}

func TestTheContentNetworkKeepsNoError(t *testing.T) {
	config := stack.Map(load(t, "infra/site.yaml").Resources["Distribution"].Properties["DistributionConfig"])
	kept := map[int]bool{}
	for _, code := range []int{400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504} { // those that CloudFront keeps
		kept[code] = true
	}
	for _, r := range stack.List(config["CustomErrorResponses"]) {
		if e := stack.Map(r); e["ErrorCachingMinTTL"] == 0 {
			delete(kept, e["ErrorCode"].(int))
		}
	}
	if len(kept) > 0 {
		t.Errorf("kept for ten seconds or more: %v", slices.Sorted(maps.Keys(kept)))
	}
}

// A page put in the place of a status is so for the API too: a problem that it answers would be lost.
func TestNoProblemOfTheAPIIsReplacedByAPage(t *testing.T) {
	problems, err := os.ReadFile(root + "internal/web/problem.go")
	if err != nil {
		t.Fatal(err)
	}
	names := map[int]string{403: "StatusForbidden", 404: "StatusNotFound"}
	config := stack.Map(load(t, "infra/site.yaml").Resources["Distribution"].Properties["DistributionConfig"])
	for _, r := range stack.List(config["CustomErrorResponses"]) {
		e := stack.Map(r)
		if e["ResponsePagePath"] == nil {
			continue
		}
		if name := names[e["ErrorCode"].(int)]; name == "" || strings.Contains(string(problems), "http."+name) {
			t.Errorf("%v is a problem of the API", e["ErrorCode"])
		}
	}
}

// CloudFormation reads a secret again where the text that names it changes: one parameter changes it on both sides.
func TestADeploymentRenewsTheOriginSecretOnBothSides(t *testing.T) {
	template, site := load(t, "template.yaml"), load(t, "infra/site.yaml")
	sides := map[string]bool{}
	for folder, f := range template.Functions() {
		if secret, ok := f.Environment["ORIGIN_SECRET"]; ok {
			sides[target(secret)] = true
			continue
		}
		if folder == "api" || folder == "documents" || folder == "scans" || folder == "staff" {
			t.Errorf("%s is given no origin secret", folder)
		}
	}
	walk(site.Resources["Distribution"].Properties, "", func(path string, v any) {
		if strings.Contains(path, "HeaderValue") {
			sides[strings.Replace(stack.Text(v), "OriginSecretArn", "OriginSecret", 1)] = true
		}
	})
	const want = "${OriginSecretVersion}-{{resolve:secretsmanager:${OriginSecret}}}"
	if len(sides) != 1 || !sides[want] {
		t.Errorf("the two sides: %v, want %s", sides, want)
	}
	given := stack.Map(template.Resources["Site"].Properties["Parameters"])
	if target(given["OriginSecretVersion"]) != "OriginSecretVersion" || target(given["OriginSecretArn"]) != "OriginSecret" {
		t.Error("the site is not given the functions' version")
	}
}

// Routes lead to the alias, whose new version is taken back when an alarm rings.
func TestNewFunctionsAreTakenBackWhenAnAlarmRings(t *testing.T) {
	template, seen := load(t, "template.yaml"), 0
	alarms := load(t, "infra/alarms.yaml")
	for _, folder := range []string{"api", "documents", "scans", "staff"} {
		p := template.Resources[template.Functions()[folder].Name].Properties
		preference := stack.Map(p["DeploymentPreference"])
		if p["AutoPublishAlias"] != "live" || p["AutoPublishAliasAllProperties"] != true || target(preference["Type"]) != "Rollout" {
			t.Errorf("%s: a new version, or a setting that changes alone, takes over at once: %v", folder, p)
		}
		for _, a := range stack.List(preference["Alarms"]) {
			seen++
			name := strings.TrimPrefix(target(a), "Alarms.Outputs.")
			if got := target(stack.Map(alarms.Outputs[name])["Value"]); alarms.Resources[got].Type != "AWS::CloudWatch::Alarm" {
				t.Errorf("%s is no alarm", name)
			}
		}
	}
	if seen != 8 {
		t.Errorf("%d alarms, want two for each", seen)
	}
}

// The canary, as it is deployed, before sites that are well and sites that are not.
func TestTheCanarySeesASiteThatIsDown(t *testing.T) {
	code := target(stack.Map(load(t, "infra/alarms.yaml").Resources["CanaryFunction"].Properties["Code"])["ZipFile"])
	for name, tt := range map[string]struct {
		page, sessions string
		status         int
		well           bool
	}{
		"well":                          {"<html></html>", `{"sessions":[]}`, 200, true},
		"no page":                       {"", `{"sessions":[]}`, 200, false},
		"sessions that are not":         {"<html></html>", `{"type":"problem"}`, 200, false},
		"a page in the sessions' place": {"<html></html>", "<html></html>", 200, false},
		"out of order":                  {"<html></html>", `{"sessions":[]}`, 503, false},
	} {
		t.Run(name, func(t *testing.T) {
			site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.WriteHeader(tt.status)
				_, _ = io.WriteString(w, map[string]string{"/": tt.page, "/api/sessions": tt.sessions}[r.URL.Path])
			}))
			defer site.Close()
			command := exec.CommandContext(t.Context(), "python3", "-c", code+"\nhandler({}, None)")
			command.Env = append(os.Environ(), "SITE_URL="+site.URL)
			if out, err := command.CombinedOutput(); (err == nil) != tt.well {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
}

func deployedHeaders(config map[string]any) map[string]string {
	security := stack.Map(config["SecurityHeadersConfig"])
	transport := stack.Map(security["StrictTransportSecurity"])
	age := fmt.Sprintf("max-age=%v", transport["AccessControlMaxAgeSec"])
	if transport["IncludeSubdomains"] == true {
		age += "; includeSubDomains"
	}
	if transport["Preload"] == true {
		age += "; preload"
	}
	got := map[string]string{
		"Strict-Transport-Security": age,
		"Content-Security-Policy":   target(stack.Map(security["ContentSecurityPolicy"])["ContentSecurityPolicy"]),
		"X-Frame-Options":           stack.Text(stack.Map(security["FrameOptions"])["FrameOption"]),
		"Referrer-Policy":           stack.Text(stack.Map(security["ReferrerPolicy"])["ReferrerPolicy"]),
	}
	if security["ContentTypeOptions"] != nil {
		got["X-Content-Type-Options"] = "nosniff"
	}
	for _, item := range stack.List(stack.Map(config["CustomHeadersConfig"])["Items"]) {
		got[stack.Text(stack.Map(item)["Header"])] = stack.Text(stack.Map(item)["Value"])
	}
	return got
}

func TestEveryParameterIsDescribed(t *testing.T) {
	for file, template := range all(t) {
		for name, p := range template.Parameters {
			if p.Description == "" {
				t.Errorf("%s: parameter %s says nothing of itself", file, name)
			}
		}
	}
}

func TestEveryOutputSaysWhatItIsFor(t *testing.T) {
	template := load(t, "template.yaml")
	for name, o := range template.Outputs {
		if stack.Text(stack.Map(o)["Description"]) == "" {
			t.Errorf("output %s says nothing of itself", name)
		}
	}
	var steps []string
	for name, o := range template.Outputs {
		if strings.HasPrefix(stack.Text(stack.Map(o)["Description"]), "Next step") {
			steps = append(steps, name)
		}
	}
	slices.Sort(steps)
	if diff := cmp.Diff([]string{"AddressToVerify", "AlarmAddress", "DistributionDomain", "DkimRecord1", "TableName"}, steps); diff != "" {
		t.Errorf("what is left to do after a deployment: %s", diff)
	}
}

// A function that reads no variable of a name must not seem to have such a setting.
func TestEveryVariableOfAFunctionIsReadByTheConfiguration(t *testing.T) {
	read := map[string]bool{}
	for f := range reflect.TypeFor[config.Config]().Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("env"), ",")
		read[name] = true
	}
	for name := range lambdatest.Runtime { // Go reads these
		read[name] = true
	}
	for folder, f := range load(t, "template.yaml").Functions() {
		for name := range f.Environment {
			if !read[name] {
				t.Errorf("functions/%s is given %s, which nothing reads", folder, name)
			}
		}
	}
}

// What is measured runs as what is deployed; the limit leaves a function of the smallest size room for what is not Go's.
func TestGoIsSettledInEveryFunctionAsItIsMeasured(t *testing.T) {
	for folder, f := range load(t, "template.yaml").Functions() {
		for name, want := range lambdatest.Runtime {
			if got := f.Environment[name]; got != want {
				t.Errorf("functions/%s: %s is %v, and %s where it is measured", folder, name, got, want)
			}
		}
		limit, isMiB := strings.CutSuffix(fmt.Sprint(f.Environment["GOMEMLIMIT"]), "MiB")
		if n, err := strconv.Atoi(limit); err != nil || !isMiB || n > f.MemoryMB*4/5 {
			t.Errorf("functions/%s has %d MB, of which Go may use %v", folder, f.MemoryMB, f.Environment["GOMEMLIMIT"])
		}
	}
}

// samconfig.toml names parameters in a string: a misspelt one stops a deployment half way.
func TestDevAndProdAreSettledByParametersThatExist(t *testing.T) {
	raw, err := os.ReadFile(root + "samconfig.toml")
	if err != nil {
		t.Fatal(err)
	}
	template := load(t, "template.yaml")
	for environment, protected := range map[string]string{"dev": "false", "prod": "true"} {
		_, section, _ := strings.Cut(string(raw), "["+environment+".deploy.parameters]")
		section, _, _ = strings.Cut(section, "\n[")
		for _, wanted := range []string{"environment=" + environment, "application=echarpe", "CAPABILITY_IAM", "DeletionProtection=" + protected, "Environment=" + environment} {
			if !strings.Contains(section, wanted) {
				t.Errorf("%s: no %s", environment, wanted)
			}
		}
		overrides := regexp.MustCompile(`(?m)^parameter_overrides = "(.*)"$`).FindStringSubmatch(section)
		if overrides == nil {
			t.Fatalf("%s: no parameters", environment)
		}
		for _, p := range strings.Fields(overrides[1]) {
			if name, _, _ := strings.Cut(p, "="); template.Parameters[name].Type == "" {
				t.Errorf("%s: there is no parameter %s", environment, name)
			}
		}
	}
}

// An alarm on a metric that nobody writes never rings.
func TestAlarmsAndDashboardReadTheMetricsThatTheProductWrites(t *testing.T) {
	var out bytes.Buffer
	product := metrics.Product{Recorder: metrics.New(&out, "Echarpe/x", time.Now)}
	product.Enrolled(enrolment.DIFE)
	product.Funded(enrolment.DIFE, time.Hour)
	product.MessageSent("confirmation")
	product.MessageWithheld()
	product.ReminderLag(time.Second)
	written := map[string]bool{}
	for _, m := range regexp.MustCompile(`"Name":"([A-Za-z]+)"`).FindAllStringSubmatch(out.String(), -1) {
		written[m[1]] = true
	}
	template, asked := load(t, "infra/alarms.yaml"), map[string]bool{}
	for _, name := range template.OfType("AWS::CloudWatch::Alarm") {
		if p := template.Resources[name].Properties; p["MetricName"] != "ErrorLines" && target(p["Namespace"]) == "Echarpe/${Application}" {
			asked[stack.Text(p["MetricName"])] = true
		}
	}
	body := target(template.Resources["Dashboard"].Properties["DashboardBody"])
	if !json.Valid([]byte(body)) {
		t.Error("the dashboard is not JSON")
	}
	for _, m := range regexp.MustCompile(`(?:MetricName=\\"|"Echarpe/\$\{Application\}", ")([A-Za-z]+)`).FindAllStringSubmatch(body, -1) {
		asked[m[1]] = true
	}
	if diff := cmp.Diff(written, asked); diff != "" {
		t.Errorf("metrics (-written +read by an alarm or the dashboard): %s", diff)
	}
}

func TestEveryAlarmTellsSomeoneAndHasAPageInTheRunbook(t *testing.T) {
	runbook, err := os.ReadFile(root + "infra/RUNBOOK.md")
	if err != nil {
		t.Fatal(err)
	}
	section := regexp.MustCompile(`RUNBOOK, "([^"]+)"`)
	alarms := load(t, "infra/alarms.yaml").Resources
	maps.Copy(alarms, load(t, "infra/edge.yaml").Resources)
	for name, alarm := range alarms {
		p := alarm.Properties
		if alarm.Type != "AWS::CloudWatch::Alarm" {
			continue
		}
		if len(stack.List(p["AlarmActions"])) == 0 {
			t.Errorf("%s rings in an empty room", name)
		}
		match := section.FindStringSubmatch(stack.Text(p["AlarmDescription"]))
		if match == nil || !strings.Contains(string(runbook), "\n### "+match[1]+"\n") {
			t.Errorf("%s: its description leads to no section of infra/RUNBOOK.md: %v", name, p["AlarmDescription"])
		}
	}
}

func TestRoutesGoToTheFunctionMeant(t *testing.T) {
	routes, err := load(t, "template.yaml").Routes()
	if err != nil {
		t.Fatal(err)
	}
	want := []stack.Route{
		{Key: "$default", Folder: "api"},
		{Key: "ANY /api/attendance/{proxy+}", Folder: "staff"},
		{Key: "ANY /api/staff/{proxy+}", Folder: "staff", Authorized: true},
		{Key: "GET /api/enrolments/{id}/calendar.ics", Folder: "documents"},
		{Key: "GET /api/enrolments/{id}/convention", Folder: "documents"},
		{Key: "GET /api/enrolments/{id}/documents/{kind}", Folder: "documents"},
		{Key: "GET /api/enrolments/{id}/papers", Folder: "documents"},
		{Key: "GET /api/sessions/{id}/programme.pdf", Folder: "documents"},
		{Key: "GET /api/staff/sign-in", Folder: "staff"},
		{Key: "POST /api/enrolments", Folder: "api"},
		{Key: "POST /api/enrolments/{id}/scans", Folder: "scans"},
		{Key: "POST /api/links", Folder: "api"},
		{Key: "PUT /api/enrolments/{id}/scans/{scan}", Folder: "scans"},
	}
	if diff := cmp.Diff(want, routes); diff != "" {
		t.Error(diff)
	}
}
