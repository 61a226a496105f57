package stack_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/stack"
)

// What collectivités send is read by nobody else, never in clear, and not for ever.
func TestTheBucketOfScansIsPrivate(t *testing.T) {
	template := load(t, "template.yaml")
	p := template.Resources["ScanBucket"].Properties
	for what, want := range map[string]any{
		"BucketEncryption":               map[string]any{"ServerSideEncryptionConfiguration": []any{map[string]any{"ServerSideEncryptionByDefault": map[string]any{"SSEAlgorithm": "AES256"}}}},
		"OwnershipControls":              map[string]any{"Rules": []any{map[string]any{"ObjectOwnership": "BucketOwnerEnforced"}}},
		"PublicAccessBlockConfiguration": map[string]any{"BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": true},
		"VersioningConfiguration":        nil, // what is erased is erased
		"WebsiteConfiguration":           nil,
		"AccessControl":                  nil,
		"CorsConfiguration": map[string]any{"CorsRules": []any{map[string]any{
			"AllowedMethods": []any{"POST"}, "MaxAge": 3600,
			"AllowedOrigins": []any{map[string]any{"Fn::If": []any{"HasDomain", map[string]any{"Fn::Sub": "https://${DomainName}"}, map[string]any{"Fn::GetAtt": "Site.Outputs.Url"}}}},
		}}},
	} {
		if diff := cmp.Diff(want, p[what]); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
	}
	policy := stack.List(stack.Map(template.Resources["ScanBucketPolicy"].Properties["PolicyDocument"])["Statement"])
	if diff := cmp.Diff([]any{map[string]any{
		"Sid": "NothingInClear", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
		"Resource":  []any{map[string]any{"Fn::GetAtt": "ScanBucket.Arn"}, map[string]any{"Fn::Sub": "${ScanBucket.Arn}/*"}},
		"Condition": map[string]any{"Bool": map[string]any{"aws:SecureTransport": "false"}},
	}}, policy); diff != "" {
		t.Errorf("policy: %s", diff)
	}
	if target(template.Resources["ScanBucketPolicy"].Properties["Bucket"]) != "ScanBucket" {
		t.Error("the policy is another bucket's")
	}
}

// The bucket's own rules stand behind the product's: nothing that nobody took stays, nothing outlives what anything is kept for, and nothing
// is deleted before that.
func TestTheBucketOfScansForgetsLateAndForSure(t *testing.T) {
	rules := map[string]map[string]any{}
	for _, r := range stack.List(stack.Map(load(t, "template.yaml").Resources["ScanBucket"].Properties["LifecycleConfiguration"])["Rules"]) {
		rules[stack.Text(stack.Map(r)["Id"])] = stack.Map(r)
	}
	for name, want := range map[string]map[string]any{
		"what-nobody-took":   {"Id": "what-nobody-took", "Status": "Enabled", "Prefix": "uploads/", "ExpirationInDays": 1},
		"what-was-cut-short": {"Id": "what-was-cut-short", "Status": "Enabled", "AbortIncompleteMultipartUpload": map[string]any{"DaysAfterInitiation": 1}},
	} {
		if diff := cmp.Diff(want, rules[name]); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	g, err := guide.Load()
	if err != nil {
		t.Fatal(err)
	}
	longest := 0
	for _, key := range []string{"retention-file-months", "retention-attendance-months", "retention-invoice-months"} {
		months, ok := g.Rule(key, time.Now())
		if !ok {
			t.Errorf("the guide has no %s", key)
		}
		longest = max(longest, months)
	}
	last := rules["what-nobody-may-keep"]
	days, _ := last["ExpirationInDays"].(int)
	if least := longest*31 + 366; last["Status"] != "Enabled" || last["Prefix"] != nil || days < least || days > least+31 || len(rules) != 3 {
		t.Errorf("%v: want %d days or some more (%d months after a session that may be a year ahead)", rules, least, longest)
	}
}

func TestTheBucketOfScansOutlivesTheStack(t *testing.T) {
	for _, name := range []string{"ScanBucket", "ScanBucketPolicy"} {
		r := load(t, "template.yaml").Resources[name]
		if r.Attributes["DeletionPolicy"] != "RetainExceptOnCreate" || r.Attributes["UpdateReplacePolicy"] != "Retain" {
			t.Errorf("%s: %v", name, r.Attributes)
		}
	}
}

// Everything that anybody may do with the bucket. A page is read by staff's function and written by none but that which takes it in.
func TestWhoMayOpenTheBucketOfScans(t *testing.T) {
	got := map[string][]string{}
	for file, template := range all(t) {
		for _, s := range statements(template) {
			for _, r := range s.resources {
				if s.effect != "Allow" || !strings.Contains(target(r), "ScanBucket") {
					continue
				}
				key := fmt.Sprintf("%s on %s", s.owner, target(r))
				got[key] = append(got[key], s.actions...)
				if len(s.condition) > 0 || file != "template.yaml" {
					t.Errorf("%s: %s: %v", file, key, s.condition)
				}
			}
		}
	}
	want := map[string][]string{
		"ScansRole on ${ScanBucket.Arn}/uploads/*": {"s3:DeleteObject", "s3:GetObject", "s3:PutObject"},
		"ScansRole on ${ScanBucket.Arn}/scans/*":   {"s3:DeleteObject", "s3:GetObject", "s3:PutObject"},
		"ScansRole on ScanBucket.Arn":              {"s3:ListBucket"},
		"StaffRole on ${ScanBucket.Arn}/scans/*":   {"s3:GetObject", "s3:GetObjectTagging"},
		"ScanMalwareRole on ScanBucket.Arn":        {"s3:GetBucketNotification", "s3:ListBucket", "s3:PutBucketNotification"},
		"ScanMalwareRole on ${ScanBucket.Arn}/*": {
			"s3:GetObject", "s3:GetObjectTagging", "s3:GetObjectVersion", "s3:GetObjectVersionTagging", "s3:PutObjectTagging", "s3:PutObjectVersionTagging",
		},
		"ScanMalwareRole on ${ScanBucket.Arn}/malware-protection-resource-validation-object": {"s3:PutObject"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("may (-want +template): %s", diff)
	}
}

// A malware scan is a choice: nothing of it is made without, and with it the team's function waits for its marks.
func TestTheMalwareScanIsMadeAndHeededTogether(t *testing.T) {
	template := load(t, "template.yaml")
	for _, name := range []string{"ScanMalwarePlan", "ScanMalwareRole"} {
		if template.Resources[name].Attributes["Condition"] != "ScansAreRead" {
			t.Errorf("%s is made whatever was chosen", name)
		}
	}
	plan := template.Resources["ScanMalwarePlan"].Properties
	if diff := cmp.Diff(map[string]any{
		"Role":              map[string]any{"Fn::GetAtt": "ScanMalwareRole.Arn"},
		"ProtectedResource": map[string]any{"S3Bucket": map[string]any{"BucketName": map[string]any{"Ref": "ScanBucket"}, "ObjectPrefixes": []any{"scans/"}}},
		"Actions":           map[string]any{"Tagging": map[string]any{"Status": "ENABLED"}},
	}, plan); diff != "" {
		t.Error(diff)
	}
	heeded := template.Functions()["staff"].Environment["SCAN_MALWARE"]
	if diff := cmp.Diff(map[string]any{"Fn::If": []any{"ScansAreRead", "true", "false"}}, heeded); diff != "" {
		t.Errorf("staff: %s", diff)
	}
	for _, folder := range []string{"api", "documents", "scans", "staff"} {
		if target(template.Functions()[folder].Environment["SCAN_BUCKET"]) != "ScanBucket" {
			t.Errorf("%s does not know that there is a bucket", folder)
		}
	}
}

// The site's headers name the bucket before it is made: both names are computed, and the same. A bucket's name has no capitals, and a stack's
// may: infra/tools/preflight.py refuses those.
func TestTheSiteNamesTheBucketThatIsMade(t *testing.T) {
	template := load(t, "template.yaml")
	bucket := stack.List(stack.Map(template.Resources["ScanBucket"].Properties["BucketName"])["Fn::Sub"])
	origin := stack.List(stack.Map(stack.Map(template.Resources["Site"].Properties["Parameters"])["ScanOrigin"])["Fn::Sub"])
	if len(bucket) != 2 || len(origin) != 2 || stack.Text(origin[0]) != "https://"+stack.Text(bucket[0])+".s3.${AWS::Region}.${AWS::URLSuffix}" {
		t.Fatalf("%v\n%v", bucket, origin)
	}
	if diff := cmp.Diff(bucket[1], origin[1]); diff != "" {
		t.Error(diff)
	}
	if name := stack.Text(bucket[0]); !strings.HasPrefix(name, "${AWS::StackName}-") {
		t.Errorf("%s is not among those that the pipeline's role may make", name)
	}
}

// scansPrefix is where frontend/headers.json says that the pages are which send to the bucket.
func scansPrefix(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile(root + "frontend/headers.json")
	if err != nil {
		t.Fatal(err)
	}
	var local struct{ Scans struct{ Prefix string } }
	if err := json.Unmarshal(raw, &local); err != nil {
		t.Fatal(err)
	}
	return local.Scans.Prefix
}

// The page of the contact may send to the bucket and show what was chosen; no other page may, and nothing else is its own.
func TestOnlyTheContactsPageMaySendToTheBucket(t *testing.T) {
	site := load(t, "infra/site.yaml")
	headers := func(policy string) map[string]string {
		return deployedHeaders(stack.Map(site.Resources[policy].Properties["ResponseHeadersPolicyConfig"]))
	}
	want, got := headers("PageHeaders"), headers("ContactHeaders")
	const policy = "Content-Security-Policy"
	want[policy] = strings.NewReplacer("connect-src 'self'", "connect-src 'self' ${ScanOrigin}", "img-src 'self'", "img-src 'self' blob:").Replace(want[policy])
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("headers (-pages, bucket and photographs +contact's): %s", diff)
	}
	var carried []string
	for _, b := range behaviours(site) {
		if target(b["ResponseHeadersPolicyId"]) == "ContactHeaders" {
			carried = append(carried, stack.Text(b["PathPattern"]))
		}
	}
	if diff := cmp.Diff([]string{scansPrefix(t) + "*"}, carried); diff != "" {
		t.Errorf("paths that carry them: %s", diff)
	}
	for _, name := range slices.Sorted(maps.Keys(site.Resources)) {
		config := stack.Map(site.Resources[name].Properties["ResponseHeadersPolicyConfig"])
		if config != nil && name != "ContactHeaders" && strings.Contains(deployedHeaders(config)[policy], "ScanOrigin") {
			t.Errorf("%s lets its pages send there too", name)
		}
	}
}
