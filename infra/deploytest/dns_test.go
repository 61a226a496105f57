package deploytest_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files")

// forDNS is the text that the next steps give for whoever runs the DNS, "" when there is none.
func forDNS(t *testing.T, a account) string {
	t.Helper()
	r := execute(t, t.TempDir(), a, nil, nil, "infra/deploytest/testdata/python", "infra/tools/nextsteps.py", "--stack", "echarpe")
	if r.failed {
		t.Fatal(r.output)
	}
	_, text, _ := strings.Cut(r.output, "For whoever runs the DNS")
	return text
}

// waiting is a certificate of which AWS wants a record.
var waiting = account{"acm.DescribeCertificate": object{"Certificate": object{"Status": "PENDING_VALIDATION", "DomainName": "inscriptions.exemple.fr", "DomainValidationOptions": []any{
	object{"DomainName": "inscriptions.exemple.fr", "ResourceRecord": object{"Name": "_x1.inscriptions.exemple.fr.", "Type": "CNAME", "Value": "_x2.acm-validations.aws."}},
}}}}

func TestTheTextForWhoeverRunsTheDNS(t *testing.T) {
	whole := usual().with(waiting).made("CREATE_COMPLETE", "DomainName", "inscriptions.exemple.fr", "CertificateArn", certificateARN, "AlarmEmail", "vous@exemple.fr")
	stack := whole["cloudformation.DescribeStacks"].(object)["Stacks"].([]any)[0].(object)
	stack["Outputs"] = append(stack["Outputs"].([]any), object{"OutputKey": "MailFromRecord1", "OutputValue": "retours.exemple.fr MX 10 feedback-smtp.eu-west-3.amazonses.com"},
		object{"OutputKey": "MailFromRecord2", "OutputValue": `retours.exemple.fr TXT "v=spf1 include:amazonses.com -all"`})
	got := forDNS(t, whole)
	golden := filepath.Join("testdata", "dns.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if want := read(golden); got != want {
		t.Errorf("not as in %s (-update writes it):\n%s", golden, got)
	}
	for _, mark := range []string{" :", " ;", " !", "« ", " »"} {
		for line := range strings.Lines(got) {
			if strings.Contains(line, mark) && !strings.Contains(line, "v=DMARC1") {
				t.Errorf("a space that may break before or after a mark: %q", line)
			}
		}
	}
	for line := range strings.Lines(got) {
		if value, ok := strings.CutPrefix(line, "    "); ok && strings.ContainsFunc(value, func(r rune) bool { return r > '~' }) {
			t.Errorf("a value that a DNS would not take: %q", value)
		}
	}
}

func TestTheTextSaysWhatIsLackingAndNothingElse(t *testing.T) {
	done := account{"sesv2.GetEmailIdentity": object{"VerifiedForSendingStatus": true, "MailFromAttributes": object{"MailFromDomainStatus": "SUCCESS"}}}
	foreign := account{"sesv2.GetEmailIdentity": object{"DkimAttributes": object{"Tokens": []any{"k1", "k2"}, "SigningHostedZone": "dkim.eu-west-3.amazonses.com"}}}
	for name, tt := range map[string]struct {
		account account
		without []string // outputs that the stack has not
		has     []string
		hasNot  []string
	}{
		"all is there":                  {usual().with(done).made("CREATE_COMPLETE"), nil, nil, []string{"Bonjour"}},
		"the site's own name is left":   {usual().with(done).made("CREATE_COMPLETE", "DomainName", "inscriptions.exemple.fr"), nil, []string{"d1.cloudfront.net", "_dmarc.exemple.fr"}, []string{"DKIM"}},
		"Route 53 makes the site's own": {usual().made("CREATE_COMPLETE", "DomainName", "inscriptions.exemple.fr", "HostedZoneId", "Z1"), nil, []string{"a._domainkey"}, []string{"d1.cloudfront.net"}},
		"the root of the domain":        {usual().made("CREATE_COMPLETE", "DomainName", "exemple.fr"), nil, []string{"ALIAS ou ANAME"}, nil},
		"an identity that the account had": {
			usual().with(foreign).made("CREATE_COMPLETE"), []string{"DkimRecord1", "DkimRecord2", "DkimRecord3"},
			[]string{"k1._domainkey.exemple.fr", "k2.dkim.eu-west-3.amazonses.com"}, []string{"a._domainkey"},
		},
		"reports go nowhere that would refuse them": {usual().made("CREATE_COMPLETE", "AlarmEmail", "alerte@ailleurs.fr"), nil, []string{`"v=DMARC1; p=none"`}, []string{"rua="}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stack := tt.account["cloudformation.DescribeStacks"].(object)["Stacks"].([]any)[0].(object)
			var outputs []any
			for _, o := range stack["Outputs"].([]any) {
				if !strings.Contains(strings.Join(tt.without, " "), o.(object)["OutputKey"].(string)) {
					outputs = append(outputs, o)
				}
			}
			stack["Outputs"] = outputs
			got := forDNS(t, tt.account)
			for _, want := range tt.has {
				if !strings.Contains(got, want) {
					t.Errorf("does not have %q:\n%s", want, got)
				}
			}
			for _, not := range tt.hasNot {
				if strings.Contains(got, not) {
					t.Errorf("has %q:\n%s", not, got)
				}
			}
		})
	}
	t.Run("a certificate that waits, before the first deployment", func(t *testing.T) {
		t.Parallel()
		r := settle(t, usual().with(waiting), "DomainName=inscriptions.exemple.fr CertificateArn="+certificateARN)
		if !r.failed || !strings.Contains(r.output, "_x1.inscriptions.exemple.fr\n") || !strings.Contains(r.output, "_x2.acm-validations.aws\n") {
			t.Error(r.output)
		}
	})
}
