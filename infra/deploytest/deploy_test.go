// Package deploytest runs infra/deploy, whole, before accounts that the tests invent: a SAM CLI that only notes how it was called, and
// tools whose boto3 answers from a file (testdata). What the emulator is too kind to refuse is tried here.
package deploytest_test

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const root = "../.."

// account is what AWS answers, by "service.Operation" or "service.Operation value of a parameter".
type account map[string]any

type object = map[string]any

func refuses(code, message string) object { return object{"error": code, "message": message} }

// usual is an account out of SES's sandbox that never had the stack and knows no sender.
func usual() account {
	return account{
		"sts.GetCallerIdentity":         object{"Account": "123456789012"},
		"cloudformation.DescribeStacks": refuses("ValidationError", "Stack with id echarpe does not exist"),
		"sesv2.GetAccount":              object{"SendingEnabled": true, "ProductionAccessEnabled": true},
		"sesv2.GetEmailIdentity":        refuses("NotFoundException", ""),
		"lambda.GetAccountSettings":     object{"AccountLimit": object{"ConcurrentExecutions": 1000}},
		"cloudfront.ListDistributions":  object{"DistributionList": object{"Quantity": 1}},
		"budgets.DescribeBudgets":       object{"Budgets": []any{}},
		"s3.ListObjectsV2":              object{"KeyCount": 0},
		"cloudformation.UpdateStack":    object{"StackId": "x"},
		"cognito-idp.AdminCreateUser":   object{},
		"cloudformation.DeleteStack":    object{}, "cloudformation.UpdateTerminationProtection": object{},
		"cloudformation.ListStackResources": object{"StackResourceSummaries": []any{}},
	}
}

func (a account) with(more account) account {
	b := maps.Clone(a)
	maps.Copy(b, more)
	return b
}

// made is the same account with the stack in a state; parameters are Name, value…
func (a account) made(status string, parameters ...string) account {
	p := []any{object{"ParameterKey": "DeletionProtection", "ParameterValue": "true"}}
	for i := 0; i < len(parameters); i += 2 {
		p = append(p, object{"ParameterKey": parameters[i], "ParameterValue": parameters[i+1]})
	}
	outputs := []any{}
	for name, value := range map[string]string{
		"SiteUrl": "https://inscriptions.exemple.fr", "DistributionDomain": "d1.cloudfront.net", "ApiUrl": "https://api.test", "SiteBucket": "pages",
		"TableName": "table", "MailIdentity": "exemple.fr", "AlarmTopic": "arn:aws:sns:eu-west-3:123456789012:alarms", "AlarmAddress": "vous@exemple.fr",
		"Dashboard": "https://dashboard", "DkimRecord1": "a._domainkey.exemple.fr CNAME a.dkim.amazonses.com", "DkimRecord2": "b._domainkey.exemple.fr CNAME b.dkim.amazonses.com",
		"DkimRecord3": "c._domainkey.exemple.fr CNAME c.dkim.amazonses.com", "StaffPool": "pool",
	} {
		outputs = append(outputs, object{"OutputKey": name, "OutputValue": value})
	}
	return a.with(account{"cloudformation.DescribeStacks": object{"Stacks": []any{
		object{"StackName": "echarpe", "StackStatus": status, "CreationTime": "2026-11-01T00:00:00Z", "Parameters": p, "Outputs": outputs},
	}}})
}

// run is one deployment: what it printed, how sam, python and make were called, the calls to AWS, the parameters given.
type run struct {
	output, runs, calls string
	parameters          map[string]string
	failed              bool
}

// deploy runs infra/deploy prod before an account that is after once sam has run. Variables are NAME=value and go before the usual ones.
func deploy(t *testing.T, before, after account, variables ...string) run {
	t.Helper()
	return execute(t, t.TempDir(), before, after, variables, "infra/deploy", "prod")
}

// settle runs only what infra/deploy does first.
func settle(t *testing.T, a account, parameters string) run {
	t.Helper()
	folder := t.TempDir()
	r := execute(t, folder, a, nil, []string{"PARAMETERS=" + parameters}, "infra/deploytest/testdata/python", "infra/tools/preflight.py", "--stack", "echarpe",
		"--environment", "prod", "--address", "inscriptions@exemple.fr", "--alarm", "vous@exemple.fr", "--build", "x", "--out", folder)
	return r
}

func execute(t *testing.T, folder string, before, after account, variables []string, program ...string) run {
	t.Helper()
	here, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	python, err := filepath.Abs(root + "/.tools/venv/bin/python")
	if err != nil {
		t.Fatal(err)
	}
	goCommand, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(python); err != nil {
		t.Fatal("the SAM CLI is not there; install it with: infra/local/setup sam")
	}
	file := func(name string) string { return filepath.Join(folder, name) }
	for name, a := range map[string]account{"aws": before, "aws.after": after} {
		raw, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		if a != nil {
			if err := os.WriteFile(file(name), raw, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	command := exec.CommandContext(t.Context(), program[0], program[1:]...)
	command.Dir = root
	command.Env = append(os.Environ(),
		"PATH="+here+":"+os.Getenv("PATH"), "VENV="+here, "REAL_PYTHON="+python, "REAL_GO="+goCommand, "FAKE="+here, "FAKE_AWS="+file("aws"), "FAKE_CALLS="+file("calls"), "FAKE_RUNS="+file("runs"),
		"FAKE_PARAMETERS="+file("parameters.yaml"), "AWS_ACCESS_KEY_ID=x", "AWS_SECRET_ACCESS_KEY=x", "AWS_REGION=eu-west-3", "AWS_DEFAULT_REGION=eu-west-3", "AWS_ENDPOINT_URL=",
		"MAIL_ADDRESS=inscriptions@exemple.fr", "ALARM_EMAIL=vous@exemple.fr", "YES=1", "PARAMETERS=", "CATALOGUE=", "PUBLISH=", "BUILT="+folder, "STACK_NAME=")
	command.Env = append(command.Env, variables...)
	output, err := command.CombinedOutput()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	r := run{output: string(output), failed: err != nil, runs: read(file("runs")), calls: read(file("calls")), parameters: map[string]string{}}
	if raw := read(file("parameters.yaml")); raw != "" {
		if err := json.Unmarshal([]byte(raw), &r.parameters); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func read(file string) string { raw, _ := os.ReadFile(file); return string(raw) }

// verified is an identity that the account has verified.
var verified = object{"VerifiedForSendingStatus": true}

func TestWhatTheAccountDecides(t *testing.T) {
	for name, tt := range map[string]struct {
		account    account
		parameters string
		want       map[string]string
		says       string
	}{
		"a sender that nobody knows is made": {usual(), "", map[string]string{"MailIdentityKind": "domain", "MailIdentity": "", "StaffMailReady": "false"}, "exemple.fr is not verified yet"},
		"a domain that the account has already is left alone": {
			usual().with(account{"sesv2.GetEmailIdentity exemple.fr": verified}), "",
			map[string]string{"MailIdentityKind": "existing", "MailIdentity": "exemple.fr", "StaffMailReady": "true"}, "SES knows exemple.fr already",
		},
		"an address is not verified over a domain that is": {
			usual().with(account{"sesv2.GetEmailIdentity exemple.fr": verified}).made("UPDATE_COMPLETE", "MailIdentityKind", "address"), "",
			map[string]string{"MailIdentityKind": "existing", "MailIdentity": "exemple.fr"}, "",
		},
		"an identity of the stack's own stays its own": {
			usual().with(account{"sesv2.GetEmailIdentity exemple.fr": verified, "cloudformation.ListStackResources": object{"StackResourceSummaries": []any{
				object{"LogicalResourceId": "DomainIdentity", "PhysicalResourceId": "exemple.fr", "ResourceType": "AWS::SES::EmailIdentity", "ResourceStatus": "CREATE_COMPLETE"},
			}}}).made("UPDATE_COMPLETE"), "",
			map[string]string{"MailIdentityKind": "domain", "StaffMailReady": "true", "DeletionProtection": "true"}, "exemple.fr is verified",
		},
		"a new account's ten executions": {
			usual().with(account{"lambda.GetAccountSettings": object{"AccountLimit": object{"ConcurrentExecutions": 10}}}), "",
			map[string]string{"StreamParallelism": "1"}, "Lambda runs 10 at once",
		},
		"a usual account's":                {usual(), "", map[string]string{"StreamParallelism": "2", "MonthlyBudget": ""}, ""},
		"a linked account without budgets": {usual().with(account{"budgets.DescribeBudgets": refuses("AccessDeniedException", "")}), "", map[string]string{"MonthlyBudget": "0"}, "may not make budgets"},
		"no distribution yet": {
			usual().with(account{"cloudfront.ListDistributions": object{"DistributionList": object{"Quantity": 0}}}), "", nil, `RUNBOOK, "CloudFront is refused"`,
		},
		"a name with spaces, an accent and an apostrophe": {usual(), `MailName="Mairie de l'Île d'Yeu" Architecture=x86_64`, map[string]string{"MailName": "Mairie de l'Île d'Yeu", "Architecture": "x86_64"}, ""},
		"a certificate for every name below": {
			usual().with(account{"acm.DescribeCertificate": object{"Certificate": object{"Status": "ISSUED", "DomainName": "*.exemple.fr"}}}),
			"DomainName=inscriptions.exemple.fr CertificateArn=" + certificateARN, map[string]string{"DomainName": "inscriptions.exemple.fr"}, "the certificate covers",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := settle(t, tt.account, tt.parameters)
			if r.failed || !strings.Contains(r.output, tt.says) {
				t.Fatal(r.output)
			}
			for name, want := range tt.want {
				if r.parameters[name] != want {
					t.Errorf("%s is %q, want %q\n%s", name, r.parameters[name], want, r.output)
				}
			}
		})
	}
}

const certificateARN = "arn:aws:acm:us-east-1:123456789012:certificate/1"

func TestWhatStopsADeploymentBeforeAnythingIsTouched(t *testing.T) {
	certificate := func(status, name string) account {
		return usual().with(account{"acm.DescribeCertificate": object{"Certificate": object{"Status": status, "DomainName": name}}})
	}
	host := "DomainName=inscriptions.exemple.fr CertificateArn=" + certificateARN
	known := usual().with(account{"sesv2.GetEmailIdentity exemple.fr": verified})
	for name, tt := range map[string]struct {
		account    account
		parameters string
		says       string
	}{
		"no credentials":                         {usual().with(account{"sts.GetCallerIdentity": refuses("ExpiredToken", "")}), "", "aws sso login"},
		"a parameter that does not exist":        {usual(), "MailNom=Brest", "there is no parameter MailNom"},
		"a value with spaces without its quotes": {usual(), "MailName=Mairie de Brest", "a value with spaces stands in double quotes"},
		"a stack half removed":                   {usual().made("DELETE_FAILED"), "", "DELETE_FAILED"},
		"a creation that could not be undone":    {usual().made("ROLLBACK_FAILED"), "", "delete-stack --stack-name echarpe"},
		"an update that could not be undone":     {usual().made("UPDATE_ROLLBACK_FAILED"), "", "continue-update-rollback"},
		"somebody else deploys":                  {usual().made("UPDATE_IN_PROGRESS"), "", "somebody deploys"},
		"an identity wanted that exists":         {known, "MailIdentityKind=domain", "SES knows exemple.fr already"},
		"an existing identity that does not":     {usual(), "MailIdentityKind=existing", "SES knows neither"},
		"a host name without a certificate":      {usual(), "DomainName=inscriptions.exemple.fr", "needs CertificateArn"},
		"a certificate that is not there":        {usual().with(account{"acm.DescribeCertificate": refuses("ResourceNotFoundException", "")}), host, "not found in us-east-1"},
		"a certificate that waits for its DNS":   {certificate("PENDING_VALIDATION", "inscriptions.exemple.fr"), host, "PENDING_VALIDATION"},
		"a certificate for another name":         {certificate("ISSUED", "www.exemple.fr"), host, "not for inscriptions.exemple.fr"},
		"a certificate too high up":              {certificate("ISSUED", "*.fr"), host, "not for inscriptions.exemple.fr"},
		"more reserved than there is":            {usual(), "ApiReservedConcurrency=950", "Give 900 at most"},
		"a budget wanted that may not be":        {usual().with(account{"budgets.DescribeBudgets": refuses("AccessDeniedException", "")}), "MonthlyBudget=50", "may not make budgets"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := settle(t, tt.account, tt.parameters)
			if !r.failed || !strings.Contains(r.output, "STOP") || !strings.Contains(r.output, tt.says) {
				t.Error(r.output)
			}
		})
	}
	t.Run("a name that no bucket can have", func(t *testing.T) {
		t.Parallel()
		if r := deploy(t, usual(), nil, "STACK_NAME=Echarpe"); !r.failed || !strings.Contains(r.output, "STOP") || !strings.Contains(r.output, "small letters") {
			t.Error(r.output)
		}
	})
	t.Run("the deployment ends there", func(t *testing.T) {
		t.Parallel()
		r := deploy(t, usual(), nil, "PARAMETERS=MailNom=Brest")
		if !r.failed || strings.Contains(r.runs, "sam ") || strings.Contains(r.runs, "make ") {
			t.Error("something was built or deployed:", r.runs)
		}
	})
}

func TestAFirstDeploymentCanBeTakenBackAndIsProtectedOnceItSucceeded(t *testing.T) {
	unprotected := usual().made("UPDATE_COMPLETE")
	unprotected["cloudformation.DescribeStacks"].(object)["Stacks"].([]any)[0].(object)["Parameters"] = []any{
		object{"ParameterKey": "DeletionProtection", "ParameterValue": "false"}, object{"ParameterKey": "MailAddress", "ParameterValue": "x"},
	}
	for name, before := range map[string]account{
		"a new stack":                     usual(),
		"a stack prepared and never made": usual().made("REVIEW_IN_PROGRESS"),
		"a first deployment that failed":  usual().made("ROLLBACK_COMPLETE"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before = before.with(account{"cloudformation.DeleteStack": object{"then": account{"cloudformation.DescribeStacks": usual()["cloudformation.DescribeStacks"]}}})
			r := deploy(t, before, unprotected, "PARAMETERS=DeletionProtection=true")
			if r.parameters["DeletionProtection"] != "false" || !strings.Contains(r.runs, "--on-failure DELETE") {
				t.Errorf("a creation that fails could not be taken back: %v\n%s", r.parameters, r.output)
			}
			if strings.Contains(name, "failed") != strings.Contains(r.calls, "cloudformation.DeleteStack") {
				t.Error("what was left of it stays in the way, or something else was removed\n", r.output)
			}
			for _, want := range []string{`"ParameterKey": "DeletionProtection", "ParameterValue": "true"`, `"UsePreviousTemplate": true`, `"EnableTerminationProtection": true`} {
				if !strings.Contains(r.calls, want) {
					t.Errorf("no %s:\n%s\n%s", want, r.calls, r.output)
				}
			}
		})
	}
	t.Run("a second deployment", func(t *testing.T) {
		t.Parallel()
		r := deploy(t, usual().made("UPDATE_COMPLETE"), nil)
		if r.failed || strings.Contains(r.runs, "--on-failure") || strings.Contains(r.calls, "UpdateStack") {
			t.Error(r.output, r.calls)
		}
	})
	t.Run("a failure protects nothing", func(t *testing.T) {
		t.Parallel()
		r := deploy(t, usual(), usual(), "SAM_ENDS=1")
		if !r.failed || strings.Contains(r.calls, "UpdateTerminationProtection") {
			t.Error(r.output)
		}
	})
}

func TestWhatIsLeftToDoIsSaidWhateverHappens(t *testing.T) {
	for name, tt := range map[string]struct {
		before, after account
		variables     []string
		failed        bool
		says          []string
	}{
		"everything is left": {
			usual().with(account{"sesv2.GetAccount": object{"ProductionAccessEnabled": false}}),
			usual().with(account{"sesv2.GetAccount": object{"ProductionAccessEnabled": false}}).made("CREATE_COMPLETE", "DomainName", "inscriptions.exemple.fr", "StaffEmail", "claire@exemple.fr"),
			nil, false,
			[]string{"a._domainkey.exemple.fr", "SES sandbox", "inscriptions.exemple.fr leads to the site", "sent to vous@exemple.fr", "claire@exemple.fr opens https://inscriptions.exemple.fr/equipe/", "infra/catalogue -table table"},
		},
		"CloudFront is refused":       {usual(), usual(), []string{"SAM_ENDS=1", "SAM_SAYS=Your account must be verified before you can add new CloudFront resources."}, true, []string{`RUNBOOK, "CloudFront is refused"`, "There is no stack echarpe"}},
		"an update fails":             {usual().made("UPDATE_COMPLETE"), nil, []string{"SAM_ENDS=1", "SAM_SAYS=UPDATE_FAILED"}, true, []string{"its events are above", "sent to vous@exemple.fr"}},
		"the changes are not wanted":  {usual().made("UPDATE_COMPLETE"), nil, []string{"SAM_SAYS=Deploy this changeset? [y/N]: n"}, true, []string{"were not wanted", "a._domainkey"}},
		"nothing is left but sign in": {usual(), usual().with(account{"sesv2.GetEmailIdentity": verified, "sns.ListSubscriptionsByTopic": object{"Subscriptions": []any{object{"Endpoint": "vous@exemple.fr", "SubscriptionArn": "arn:aws:sns:x"}}}}).made("CREATE_COMPLETE"), nil, false, []string{"1. Team: nobody can sign in"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := deploy(t, tt.before, tt.after, tt.variables...)
			_, next, _ := strings.Cut(r.output, "What could be missing")
			for _, want := range tt.says {
				if !strings.Contains(next, want) {
					t.Errorf("does not say %q", want)
				}
			}
			if r.failed != tt.failed || tt.failed && strings.Contains(r.runs, "--dist") || t.Failed() {
				t.Error(r.output)
			}
		})
	}
}

func TestProdIsNotPublishedBeforeMessagesCanLeave(t *testing.T) {
	ready := usual().with(account{"sesv2.GetEmailIdentity exemple.fr": verified})
	sandbox := account{"sesv2.GetAccount": object{"SendingEnabled": true, "ProductionAccessEnabled": false}}
	for name, tt := range map[string]struct {
		account   account
		variables []string
		published bool
	}{
		"the sender is not verified":      {usual(), nil, false},
		"SES is in its sandbox":           {ready.with(sandbox), nil, false},
		"both are settled":                {ready, nil, true},
		"told so":                         {usual(), []string{"PUBLISH=1"}, true},
		"pages that are there already go": {usual().with(account{"s3.ListObjectsV2": object{"KeyCount": 1}}), nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := deploy(t, tt.account, tt.account.made("CREATE_COMPLETE"), tt.variables...)
			if r.failed || strings.Contains(r.runs, "--dist") != tt.published || strings.Contains(r.output, "NOT published") == tt.published {
				t.Error(r.output)
			}
			if !strings.Contains(r.runs, "--site https://d1.cloudfront.net") {
				t.Error("tried through a name that may not lead there yet:", r.runs)
			}
			if strings.Contains(r.runs, "--no-pages") == tt.published {
				t.Error("pages that are not there are looked for, or those that are are not")
			}
		})
	}
}

func TestPagesNameTheOrganisationOfTheTable(t *testing.T) {
	ready := usual().with(account{"sesv2.GetEmailIdentity exemple.fr": verified})
	made := ready.made("CREATE_COMPLETE")
	t.Run("applied, read again, built, published, in this order", func(t *testing.T) {
		t.Parallel()
		r := deploy(t, ready, made, "CATALOGUE=infra/catalogue/sample.yaml")
		rest := r.runs
		for _, want := range []string{
			"go run ./infra/catalogue -table table -file infra/catalogue/sample.yaml", "catalogue.yaml -export", "make site-runtime CATALOGUE=", "--dist frontend/dist",
		} {
			_, after, found := strings.Cut(rest, want)
			if !found {
				t.Fatalf("no %q after what came before:\n%s\n%s", want, r.runs, r.output)
			}
			rest = after
		}
	})
	t.Run("a table without one", func(t *testing.T) {
		t.Parallel()
		r := deploy(t, ready, made, "TABLE_EMPTY=1")
		if !r.failed || strings.Contains(r.runs, "--dist") || !strings.Contains(r.output, "CATALOGUE=your-catalogue.yaml") {
			t.Error(r.output)
		}
	})
}

func TestProdWithoutATerminal(t *testing.T) {
	if r := deploy(t, usual(), nil, "YES="); !r.failed || !strings.Contains(r.output, "give YES=1") || strings.Contains(r.runs, "sam ") {
		t.Error(r.output)
	}
	if r := deploy(t, usual(), usual().made("CREATE_COMPLETE")); r.failed || !strings.Contains(r.runs, "--no-confirm-changeset") {
		t.Error(r.output)
	}
}

func TestTheProcessorWantedIsTheOneBuiltFor(t *testing.T) {
	r := deploy(t, usual(), usual().made("CREATE_COMPLETE"), "BUILT=", "PARAMETERS=Architecture=x86_64")
	if !strings.Contains(r.runs, "make build SAM_BUILD_ARGS=--parameter-overrides Architecture=x86_64") {
		t.Error(r.runs)
	}
}
