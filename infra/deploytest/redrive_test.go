package deploytest_test

import (
	"strconv"
	"strings"
	"testing"
)

// house is two queues and two functions under the names that template.yaml gives them as outputs. The sweep fails when SWEEP is broken, the
// feedback function for one file.
const house = `
Resources:
  Reminders: { Type: AWS::SQS::Queue }
  Feedback: { Type: AWS::SQS::Queue }
  Role:
    Type: AWS::IAM::Role
    Properties: { AssumeRolePolicyDocument: { Version: "2012-10-17", Statement: [] } }
  RemindersFunction:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Environment: { Variables: { SWEEP: works } }
      Code:
        ZipFile: |
          import json, os
          def handler(event, context):
              if event != {}:
                  raise RuntimeError("that is no sweep")
              if os.environ["SWEEP"] != "works":
                  raise RuntimeError("file f3: not mended")
  FeedbackFunction:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Code:
        ZipFile: |
          def handler(event, context):
              if event["detail"]["mail"]["tags"]["file"] == ["spoilt"]:
                  raise RuntimeError("not mended")
Outputs:
  RemindersDeadLettersUrl: { Value: !Ref Reminders }
  FeedbackDeadLettersUrl: { Value: !Ref Feedback }
  RemindersFunctionName: { Value: !Ref RemindersFunction }
  FeedbackFunctionName: { Value: !Ref FeedbackFunction }
`

// letters as AWS writes them: of the stream, of Lambda after an asynchronous call, of the scheduler and of EventBridge (whose reasons stand
// beside).
const (
	streamLetter = `{"requestContext":{"requestId":"r","functionArn":"arn:aws:lambda:eu-west-3:123456789012:function:reminders","condition":"RetryAttemptsExhausted","approximateInvokeCount":6},
		"responseContext":{"statusCode":200,"executedVersion":"$LATEST","functionError":"Unhandled"},"version":"1.0","timestamp":"2027-03-01T10:00:00Z",
		"DDBStreamBatchInfo":{"shardId":"shardId-1","startSequenceNumber":"1","endSequenceNumber":"9","approximateArrivalOfFirstRecord":"2027-03-01T09:58:00Z",
		"approximateArrivalOfLastRecord":"2027-03-01T09:58:01Z","batchSize":3,"streamArn":"arn:aws:dynamodb:eu-west-3:123456789012:table/t/stream/s"}}`
	scheduleLetter = `{"version":"0","detail-type":"Scheduled Event","source":"aws.scheduler","detail":"{}"}`
)

func bounce(file string) string {
	return `{"version":"0","detail-type":"Email Bounced","source":"aws.ses","detail":{"bounce":{"bouncedRecipients":[{"emailAddress":"jeanne@exemple.fr"}]},"mail":{"tags":{"file":["` + file + `"]}}}}`
}

func afterLambda(event string) string {
	return `{"version":"1.0","requestContext":{"condition":"RetriesExhausted"},"requestPayload":` + event + `,"responsePayload":{"errorMessage":"the table did not answer","errorType":"errorString"}}`
}

func (e *emulator) letter(queue, body, reason string) {
	e.t.Helper()
	parameters := object{"QueueUrl": queue, "MessageBody": body}
	if reason != "" {
		parameters["MessageAttributes"] = object{"ERROR_CODE": object{"DataType": "String", "StringValue": reason}}
	}
	e.aws("sqs", "send_message", parameters)
}

// waiting is how many letters anybody can see.
func (e *emulator) waiting(queue string) int {
	e.t.Helper()
	n, err := strconv.Atoi(e.aws("sqs", "get_queue_attributes", object{"QueueUrl": queue, "AttributeNames": []string{"ApproximateNumberOfMessages"}})["Attributes"].(object)["ApproximateNumberOfMessages"].(string))
	if err != nil {
		e.t.Fatal(err)
	}
	return n
}

func TestDeadLettersAreRedrivenByOneCommand(t *testing.T) {
	e := emulate(t)
	out := e.stack("echarpe", house)
	reminders, feedback := out["RemindersDeadLettersUrl"], out["FeedbackDeadLettersUrl"]
	for range 12 { // more than one answer of SQS holds
		e.letter(reminders, streamLetter, "")
	}
	e.letter(reminders, scheduleLetter, "SDK_CLIENT_ERROR")
	e.letter(feedback, bounce("f1"), "NO_PERMISSIONS")
	e.letter(feedback, afterLambda(bounce("f2")), "")
	e.letter(feedback, afterLambda(bounce("spoilt")), "")
	e.letter(feedback, "not what we know", "")

	redrive := func(want bool, arguments ...string) string {
		t.Helper()
		said, failed := e.run(append([]string{"infra/tools/redrive.py", "--stack", "echarpe"}, arguments...)...)
		if failed == want || strings.Contains(said, "@") {
			t.Fatalf("%v: %s", arguments, said)
		}
		return said
	}
	said := redrive(true)
	for _, want := range []string{"Reminders: 13 letters", "12 × a batch of the table's stream (3 records from 2027-03-01T09:58:00Z): RetryAttemptsExhausted", "SDK_CLIENT_ERROR",
		"Feedback: 4 letters", "1 × an event of SES (Email Bounced): NO_PERMISSIONS", "2 × an event of SES (Email Bounced): RetriesExhausted the table did not answer", "Nothing was changed"} {
		if !strings.Contains(said, want) {
			t.Errorf("does not say %q", want)
		}
	}
	if n, m := e.waiting(reminders), e.waiting(feedback); n != 13 || m != 4 || t.Failed() {
		t.Fatalf("after a dry run %d and %d wait\n%s", n, m, said)
	}

	function := object{"FunctionName": out["RemindersFunctionName"], "Environment": object{"Variables": object{"SWEEP": "broken"}}}
	e.aws("lambda", "update_function_configuration", function)
	said = redrive(false, "--send")
	for _, want := range []string{"the sweep fails (file f3: not mended): the letters stay", "2 given again and removed", "1 stay: not mended", "1 stay: not an event of SES"} {
		if !strings.Contains(said, want) {
			t.Errorf("does not say %q", want)
		}
	}
	if n, m := e.waiting(reminders), e.waiting(feedback); n != 13 || m != 2 || t.Failed() {
		t.Fatalf("%d and %d wait: what failed again must stay, and be seen\n%s", n, m, said)
	}

	function["Environment"] = object{"Variables": object{"SWEEP": "works"}}
	e.aws("lambda", "update_function_configuration", function)
	said = redrive(false, "--send")
	if n, m := e.waiting(reminders), e.waiting(feedback); n != 0 || m != 2 || !strings.Contains(said, "13 letters removed") {
		t.Errorf("%d and %d wait\n%s", n, m, said)
	}
}
