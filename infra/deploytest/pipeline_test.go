package deploytest_test

import (
	"maps"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/echarpe/echarpe/internal/stack"
)

// grant is a statement of the deployer's policies.
type grant struct {
	sid                string
	denied             bool
	actions, resources []string
	condition          any
}

func grants(t *testing.T) (found []grant) {
	t.Helper()
	template, err := stack.Load(root + "/infra/pipeline/deployer.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range template.OfType("AWS::IAM::ManagedPolicy") {
		for _, s := range stack.List(stack.Map(template.Resources[name].Properties["PolicyDocument"])["Statement"]) {
			m := stack.Map(s)
			g := grant{sid: stack.Text(m["Sid"]), denied: m["Effect"] == "Deny", condition: m["Condition"]}
			for _, a := range stack.List(m["Action"]) {
				g.actions = append(g.actions, stack.Text(a))
			}
			for _, r := range stack.List(m["Resource"]) {
				g.resources = append(g.resources, stack.Text(r)+stack.Text(stack.Map(r)["Fn::Sub"]))
			}
			found = append(found, g)
		}
	}
	if len(found) < 15 {
		t.Fatalf("only %d statements", len(found))
	}
	return found
}

func allowed(found []grant) map[string]bool {
	all := map[string]bool{}
	for _, g := range found {
		for _, a := range g.actions {
			all[a] = all[a] || !g.denied
		}
	}
	return all
}

func TestTheDeployersPolicyIsWhatTheTemplatesAskFor(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), root+"/.tools/venv/bin/python", root+"/infra/pipeline/policy.py", "--check").CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// named are the resources whose names AWS chooses, or that are not the stack's to name.
var named = regexp.MustCompile(`:(certificate/|/apis|/tags/|budget/|distribution/|cache-policy/|function/|origin-access-control/|origin-request-policy/|response-headers-policy/|userpool/|` +
	`event-source-mapping:|malware-protection-plan/|identity/|secret:(LinkSecret|OriginSecret)-|deploymentconfig:|hostedzone/\$\{HostedZoneId\}|change/|role/aws-service-role/)|aws-sam-cli-managed-default|transform/Serverless`)

func TestTheDeployerReachesTheStackAndNothingElse(t *testing.T) {
	for _, g := range grants(t) {
		for _, a := range g.actions {
			if strings.Contains(a, "*") {
				t.Errorf("%s: %s", g.sid, a)
			}
		}
		for _, r := range g.resources {
			if r == "*" && g.sid != "WhatKnowsNoResource" || r != "*" && !strings.Contains(r, "${Stack}") && !named.MatchString(r) {
				t.Errorf("%s: %s", g.sid, r)
			}
		}
		for _, a := range []string{"iam:PassRole", "iam:CreateServiceLinkedRole", "iam:AttachRolePolicy"} {
			if slices.Contains(g.actions, a) && g.condition == nil {
				t.Errorf("%s without a condition", a)
			}
		}
	}
	all := allowed(grants(t))
	for _, never := range []string{"iam:CreateUser", "iam:CreatePolicyVersion", "iam:PutUserPolicy", "iam:CreateOpenIDConnectProvider", "sts:AssumeRole", "dynamodb:Scan", "ses:SendEmail", "lambda:InvokeFunction"} {
		if all[never] {
			t.Errorf("the deployer may %s", never)
		}
	}
}

// Whoever deploys changes the bucket of scans and opens none of what is in it.
func TestTheDeployerOpensNoScan(t *testing.T) {
	for _, g := range grants(t) {
		if g.denied && slices.Equal(g.resources, []string{"arn:${AWS::Partition}:s3:::${Stack}-scans-*/*"}) && slices.Contains(g.actions, "s3:GetObject") && slices.Contains(g.actions, "s3:PutObject") {
			return
		}
	}
	t.Error("what collectivités sent is open to whoever deploys")
}

// typical is the making and the removing of each type, from AWS's Service Authorization Reference and not from what the policy is made of.
var typical = map[string]string{
	"AWS::ApiGatewayV2::Api": "apigateway:POST apigateway:DELETE", "AWS::ApiGatewayV2::Authorizer": "apigateway:POST", "AWS::ApiGatewayV2::Integration": "apigateway:PATCH",
	"AWS::ApiGatewayV2::Route": "apigateway:POST", "AWS::ApiGatewayV2::Stage": "apigateway:POST logs:CreateLogDelivery", "AWS::Budgets::Budget": "budgets:ModifyBudget",
	"AWS::CloudFormation::Stack": "cloudformation:CreateStack cloudformation:DeleteStack", "AWS::CloudFront::CachePolicy": "cloudfront:CreateCachePolicy cloudfront:DeleteCachePolicy",
	"AWS::CloudFront::Distribution": "cloudfront:CreateDistribution cloudfront:UpdateDistribution cloudfront:DeleteDistribution", "AWS::CloudFront::Function": "cloudfront:CreateFunction cloudfront:PublishFunction",
	"AWS::CloudFront::OriginAccessControl": "cloudfront:CreateOriginAccessControl", "AWS::CloudFront::OriginRequestPolicy": "cloudfront:CreateOriginRequestPolicy",
	"AWS::CloudFront::ResponseHeadersPolicy": "cloudfront:CreateResponseHeadersPolicy", "AWS::CloudWatch::Alarm": "cloudwatch:PutMetricAlarm cloudwatch:DeleteAlarms",
	"AWS::CloudWatch::Dashboard": "cloudwatch:PutDashboard cloudwatch:DeleteDashboards", "AWS::CodeDeploy::Application": "codedeploy:CreateApplication",
	"AWS::CodeDeploy::DeploymentGroup": "codedeploy:CreateDeploymentGroup codedeploy:CreateDeployment", "AWS::Cognito::ManagedLoginBranding": "cognito-idp:CreateManagedLoginBranding",
	"AWS::Cognito::UserPool": "cognito-idp:CreateUserPool cognito-idp:DeleteUserPool iam:CreateServiceLinkedRole", "AWS::Cognito::UserPoolClient": "cognito-idp:CreateUserPoolClient",
	"AWS::Cognito::UserPoolDomain": "cognito-idp:CreateUserPoolDomain", "AWS::DynamoDB::Table": "dynamodb:CreateTable dynamodb:UpdateTable dynamodb:DeleteTable dynamodb:UpdateContinuousBackups dynamodb:UpdateTimeToLive",
	"AWS::Events::Rule": "events:PutRule events:PutTargets events:DeleteRule", "AWS::GuardDuty::MalwareProtectionPlan": "guardduty:CreateMalwareProtectionPlan guardduty:DeleteMalwareProtectionPlan iam:PassRole", "AWS::IAM::Role": "iam:CreateRole iam:PutRolePolicy iam:DeleteRole iam:PassRole", "AWS::Lambda::Alias": "lambda:CreateAlias lambda:UpdateAlias",
	"AWS::Lambda::EventInvokeConfig": "lambda:PutFunctionEventInvokeConfig", "AWS::Lambda::EventSourceMapping": "lambda:CreateEventSourceMapping lambda:DeleteEventSourceMapping",
	"AWS::Lambda::Function":   "lambda:CreateFunction lambda:UpdateFunctionCode lambda:UpdateFunctionConfiguration lambda:DeleteFunction lambda:PutFunctionConcurrency iam:PassRole",
	"AWS::Lambda::Permission": "lambda:AddPermission lambda:RemovePermission", "AWS::Lambda::Version": "lambda:PublishVersion", "AWS::Logs::LogGroup": "logs:CreateLogGroup logs:PutRetentionPolicy logs:DeleteLogGroup",
	"AWS::Logs::MetricFilter": "logs:PutMetricFilter logs:DeleteMetricFilter", "AWS::Route53::RecordSetGroup": "route53:ChangeResourceRecordSets",
	"AWS::S3::Bucket":       "s3:CreateBucket s3:PutBucketPublicAccessBlock s3:PutEncryptionConfiguration s3:PutLifecycleConfiguration s3:PutBucketOwnershipControls s3:PutBucketCORS s3:DeleteBucket",
	"AWS::S3::BucketPolicy": "s3:PutBucketPolicy", "AWS::SES::ConfigurationSet": "ses:CreateConfigurationSet ses:DeleteConfigurationSet",
	"AWS::SES::ConfigurationSetEventDestination": "ses:CreateConfigurationSetEventDestination", "AWS::SES::EmailIdentity": "ses:CreateEmailIdentity ses:PutEmailIdentityMailFromAttributes",
	"AWS::SNS::Subscription": "sns:Subscribe sns:Unsubscribe", "AWS::SNS::Topic": "sns:CreateTopic sns:DeleteTopic", "AWS::SQS::Queue": "sqs:CreateQueue sqs:DeleteQueue", "AWS::SQS::QueuePolicy": "sqs:SetQueueAttributes",
	"AWS::Scheduler::Schedule": "scheduler:CreateSchedule scheduler:DeleteSchedule iam:PassRole", "AWS::SecretsManager::Secret": "secretsmanager:CreateSecret secretsmanager:GetRandomPassword secretsmanager:DeleteSecret",
	"AWS::WAFv2::WebACL": "wafv2:CreateWebACL wafv2:DeleteWebACL",
}

// bySAM is what the transformation makes of a function with an alias and a rollout.
var bySAM = []string{"AWS::Lambda::Function", "AWS::Lambda::Version", "AWS::Lambda::Alias", "AWS::CodeDeploy::Application", "AWS::CodeDeploy::DeploymentGroup", "AWS::IAM::Role"}

func TestEveryTypeOfTheTemplatesHasItsActions(t *testing.T) {
	all, types := allowed(grants(t)), map[string]bool{}
	for _, file := range []string{"template.yaml", "infra/site.yaml", "infra/staff.yaml", "infra/alarms.yaml", "infra/edge.yaml"} {
		template, err := stack.Load(root + "/" + file)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range template.Resources {
			types[r.Type] = true
		}
	}
	if types["AWS::Serverless::Function"] {
		delete(types, "AWS::Serverless::Function")
		for _, made := range bySAM {
			types[made] = true
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(types)) {
		if typical[kind] == "" {
			t.Errorf("%s: say here which actions make and remove it", kind)
		}
		for _, a := range strings.Fields(typical[kind]) {
			if !all[a] {
				t.Errorf("%s: the deployer may not %s", kind, a)
			}
		}
	}
}

// action names a call as IAM does, where that is not its own name.
var action = strings.NewReplacer("sesv2.", "ses:", "s3.ListObjectsV2", "s3:ListBucket", "budgets.DescribeBudgets", "budgets:ViewBudget", ".", ":")

func TestEveryCallOfADeploymentIsAllowed(t *testing.T) {
	all, calls := allowed(grants(t)), map[string]bool{
		// not made before an account that is invented: of infra/tools/publish.py --dist
		"s3:PutObject": true, "s3:DeleteObject": true, "s3:ListBucket": true, "cloudfront:CreateInvalidation": true,
	}
	failed := usual().made("ROLLBACK_COMPLETE").with(account{"cloudformation.DeleteStack": object{"then": account{"cloudformation.DescribeStacks": usual()["cloudformation.DescribeStacks"]}}})
	certified := account{"acm.DescribeCertificate": object{"Certificate": object{"Status": "ISSUED", "DomainName": "inscriptions.exemple.fr"}}}
	after := usual().with(certified).made("CREATE_COMPLETE", "DomainName", "inscriptions.exemple.fr", "CertificateArn", certificateARN, "StaffEmail", "claire@exemple.fr")
	for _, r := range []run{
		deploy(t, failed.with(certified), after, "PARAMETERS=DomainName=inscriptions.exemple.fr CertificateArn="+certificateARN),
		deploy(t, after, nil),
	} {
		for line := range strings.Lines(r.calls) {
			name, _, _ := strings.Cut(line, " ")
			calls[action.Replace(name)] = true
		}
	}
	if len(calls) < 15 {
		t.Errorf("only %d calls were seen: %v", len(calls), slices.Sorted(maps.Keys(calls)))
	}
	for _, c := range slices.Sorted(maps.Keys(calls)) {
		if !all[c] {
			t.Errorf("a deployment calls %s, which the deployer may not", c)
		}
	}
}

func TestTheExamplePipelineKeepsNoKeyAndAsksBeforeProd(t *testing.T) {
	workflow, err := stack.Document([]byte(read(root + "/infra/pipeline/deploy.yml")))
	if err != nil {
		t.Fatal(err)
	}
	jobs := stack.Map(workflow["jobs"])
	for name, j := range jobs {
		job := stack.Map(j)
		_, trusted := stack.Map(job["permissions"])["id-token"]
		if environment := stack.Text(job["environment"]); trusted != (environment != "") || environment != "" && environment != name {
			t.Errorf("%s: the token goes with an environment of its own, and with nothing else", name)
		}
		for _, s := range stack.List(job["steps"]) {
			step := stack.Map(s)
			if uses := stack.Text(step["uses"]); uses != "" && !regexp.MustCompile(`@[0-9a-f]{40}$`).MatchString(uses) {
				t.Errorf("%s: %s may change under us", name, uses)
			}
			if strings.Contains(stack.Text(step["run"]), "${{") {
				t.Errorf("%s: a value is put into the script: %s", name, step["run"])
			}
		}
	}
	if stack.Text(stack.Map(jobs["prod"])["needs"]) != "dev" || stack.Text(stack.Map(jobs["dev"])["needs"]) != "check" {
		t.Error("prod comes after dev, and dev after the checks")
	}
	if text := read(root + "/infra/pipeline/deploy.yml"); strings.Contains(text, "secrets.") || strings.Contains(text, "access-key") {
		t.Error("a key is stored somewhere")
	}
}
