"""Walks the RUNBOOK's incidents on the emulator: breaks something, then gives the commands of the section as they stand there, and looks
whether what the section promises comes about. walk.py STACK WORK; README.md says what cannot be walked here."""
import json
import os
import pathlib
import subprocess
import sys
import time
import uuid
import zlib

import boto3

from journey import call, check, mailed_link, mails, outputs_of, wait_for_mail

ROOT = pathlib.Path(__file__).parents[2]
RUNBOOK = (ROOT / "infra/RUNBOOK.md").read_text()
stack, work = sys.argv[1], pathlib.Path(sys.argv[2])
outputs = outputs_of(stack)
api, refusal = outputs["ApiUrl"], work / "refusal"
lambdas, dynamodb, sqs = boto3.client("lambda"), boto3.client("dynamodb"), boto3.client("sqs")


def main() -> None:
    for incident in (enrolments_fail, reminders_asleep, dead_letters, restore, bounce_storm, ses_refuses):
        print(f"\n--- RUNBOOK, \"{incident.__doc__}\"", flush=True)
        incident(section(incident.__doc__))


def section(title: str) -> str:
    _, found, rest = RUNBOOK.partition(f"### {title}\n")
    check(f"the RUNBOOK has {title}", bool(found))
    return rest.partition("\n### ")[0]


def give(text: str, command: str, **instead) -> str:
    """Runs a command that stands in the text, with `aws` the emulator's; instead: what stands there for a person to fill in."""
    check(f"$ {command}", command in text, "it is not in the RUNBOOK's section")
    helper = next(line for line in RUNBOOK.splitlines() if line.startswith("output() {"))
    for placeholder, value in instead.items():
        command = command.replace(placeholder.replace("_", "-"), value)
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", f"{helper}\n{command}"], cwd=ROOT, text=True, capture_output=True,
                          env=os.environ | {"PATH": f"{work}/bin:{os.environ['PATH']}", "STACK": stack, "AWS_ENDPOINT_URL_SESV2": os.environ["MAIL_GATE"]})
    check("  it went well", done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:])
    return done.stdout


def environment(function: str, **changed) -> dict:
    was = lambdas.get_function_configuration(FunctionName=function)["Environment"]["Variables"]
    lambdas.update_function_configuration(FunctionName=function, Environment={"Variables": was | changed})
    return was


def enrol(email: str, key: str = "", expect: int = 201) -> dict:
    # Spread over the sessions, each person on the same one when they try again: on one alone, so many unproved would ask for the proof of work.
    found = call(api, "GET", "/api/sessions")[1].get("sessions") or enrol.sessions
    enrol.sessions = found
    sessions = sorted(s["id"] for s in found if s["capacity"] >= 10 and s["funding"]["personnel"]["open"])
    status, answer = call(api, "POST", "/api/enrolments", key=key or str(uuid.uuid4()), body={
        "sessionId": sessions[zlib.crc32(email.encode()) % len(sessions)], "funding": "personnel", "consent": True,
        "person": {"firstName": "Jeanne", "lastName": "Le Goff", "email": email}, "mandate": {"kind": "maire", "authority": "Plouzané"}})
    good = status == expect if expect < 400 else status >= expect
    check(f"  an enrolment is answered {status}", good, answer)
    return answer


def item(answer: dict) -> dict:
    key = {"pk": {"S": "E#" + answer["enrolment"]["id"]}, "sk": {"S": "FILE"}}
    return dynamodb.get_item(TableName=outputs["TableName"], Key=key, ConsistentRead=True).get("Item", {})


def due(answer: dict) -> bool:
    return "duePk" in item(answer)


def waking(stream: bool, schedule: str) -> None:
    """The two that wake the reminders, switched by hand."""
    for mapping in lambdas.list_event_source_mappings(FunctionName=outputs["RemindersFunctionName"])["EventSourceMappings"]:
        lambdas.update_event_source_mapping(UUID=mapping["UUID"], Enabled=stream)
    scheduler = boto3.client("scheduler")
    found = scheduler.get_schedule(Name=outputs["RemindersScheduleName"])
    kept = ("Name", "ScheduleExpression", "FlexibleTimeWindow", "Target")
    scheduler.update_schedule(State=schedule, **{k: found[k] for k in kept})
    time.sleep(3)


def enrolments_fail(text: str) -> None:
    """Enrolments fail"""
    enrol("avant@exemple.fr")
    key, was = str(uuid.uuid4()), environment(outputs["ApiFunctionName"], TABLE_NAME="no-such-table")
    enrol("panne@exemple.fr", key, expect=500)
    give(RUNBOOK, "aws logs tail --since 1h --follow --filter-pattern '{ $.level = \"ERROR\" }' LOG-GROUP", LOG_GROUP=outputs["ApiLogGroup"])
    lambdas.update_function_configuration(FunctionName=outputs["ApiFunctionName"], Environment={"Variables": was})
    first = enrol("panne@exemple.fr", key)
    check("  whoever tries again with the same page has one seat", enrol("panne@exemple.fr", key)["enrolment"]["reference"] == first["enrolment"]["reference"])


def reminders_asleep(text: str) -> None:
    """Reminders asleep"""
    waking(stream=False, schedule="DISABLED")
    asleep = enrol("endormie@exemple.fr")
    check("  list-schedules shows it", '"DISABLED"' in give(text, "aws scheduler list-schedules"))
    time.sleep(5)
    check("  nobody is written to, and the message is due", mails("endormie@exemple.fr") == [] and due(asleep))
    waking(stream=False, schedule="ENABLED")
    check("  once it is enabled, what was due leaves", mailed_link(asleep) in wait_for_mail("endormie@exemple.fr", 180))


def dead_letters(text: str) -> None:
    """Dead letters"""
    waking(stream=False, schedule="DISABLED")
    lost, bounced, complained = enrol("perdue@exemple.fr"), enrol("rebond@exemple.fr"), enrol("plainte@exemple.fr")
    letter = {"version": "1.0", "requestContext": {"condition": "RetryAttemptsExhausted"}, "DDBStreamBatchInfo": {"batchSize": 3, "shardId": "shardId-1",
              "startSequenceNumber": "1", "endSequenceNumber": "3", "streamArn": "x"}}
    sqs.send_message(QueueUrl=outputs["RemindersDeadLettersUrl"], MessageBody=json.dumps(letter))
    event = {"detail-type": "Email Bounced", "source": "aws.ses", "detail": {"bounce": {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": [
        {"emailAddress": "rebond@exemple.fr"}]}, "mail": {"messageId": "x", "tags": {"file": [bounced["enrolment"]["id"]], "message": ["confirmation"]}}}}
    sqs.send_message(QueueUrl=outputs["FeedbackDeadLettersUrl"], MessageBody=json.dumps(event))
    event = {"detail-type": "Email Complaint Received", "source": "aws.ses", "detail": {"complaint": {"complaintFeedbackType": "abuse", "complainedRecipients": [
        {"emailAddress": "plainte@exemple.fr"}]}, "mail": {"messageId": "y", "tags": {"file": [complained["enrolment"]["id"]], "message": ["confirmation"]}}}}
    sqs.send_message(QueueUrl=outputs["FeedbackDeadLettersUrl"], MessageBody=json.dumps({"requestContext": {"condition": "RetriesExhausted"}, "requestPayload": event}))
    said = give(text, 'make redrive STACK="$STACK"')
    check("  what waits is said", "Reminders: 1 letters" in said and "Feedback: 2 letters" in said and "@" not in said, said)
    check("  and nothing is changed", mails("perdue@exemple.fr") == [] and "unreachable" not in item(bounced))
    give(text, 'make redrive STACK="$STACK" SEND=1')
    check("  what the stream gave up has left", mailed_link(lost) in wait_for_mail("perdue@exemple.fr", 5))
    check("  the address that does not exist is marked", item(bounced).get("unreachable") == {"BOOL": True}, item(bounced))
    check("  whoever complained gets no more reminders", item(complained).get("remindersOff") == {"BOOL": True}, item(complained))
    check("  both queues are empty", "Reminders: 0 letters\nFeedback: 0 letters" in give(text, 'make redrive STACK="$STACK"'))
    waking(stream=True, schedule="ENABLED")


def restore(text: str) -> None:
    """Restore from a backup"""
    kept = enrol("gardee@exemple.fr")
    wait_for_mail("gardee@exemple.fr", 60)
    copied("echarpe-restored")  # the emulator restores no table that has indexes
    table = "table=$(output TableName)\n"
    give(text, "aws dynamodb wait table-exists --table-name echarpe-restored")
    later = enrol("apres@exemple.fr")
    for name in ("Api", "Staff", "Scans", "Reminders"):
        give(text, f'aws lambda put-function-concurrency --function-name "$(output {name}FunctionName)" --reserved-concurrent-executions 0')
    for command in ('go run ./infra/restore -from echarpe-restored -to "$table"', 'go run ./infra/restore -from echarpe-restored -to "$table" -write'):
        check(f"$ {command}", command in text)
        said = run(table + command)
    check("  the table is what it was", "revenue" in said and item(later) == {} and item(kept) != {}, said)
    for name in ("Reminders", "Scans", "Staff", "Api"):
        give(text, f'aws lambda delete-function-concurrency --function-name "$(output {name}FunctionName)"')
    file_id, token = kept["link"].split("#")[1].split(".", 1)
    check("  the link already sent opens", call(api, "GET", f"/api/enrolments/{file_id}", token=token)[0] == 200)
    give(text, "aws dynamodb delete-table --table-name echarpe-restored")


def copied(name: str) -> None:
    """The table as it is, beside."""
    dynamodb.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
                          AttributeDefinitions=[{"AttributeName": k, "AttributeType": "S"} for k in ("pk", "sk")])
    for page in dynamodb.get_paginator("scan").paginate(TableName=outputs["TableName"]):
        for found in page["Items"]:
            dynamodb.put_item(TableName=name, Item=found)


def run(command: str) -> str:
    return give(command, command)


def bounce_storm(text: str) -> None:
    """Bounce storm"""
    pause = 'aws sesv2 put-configuration-set-sending-options --configuration-set-name "$(output ConfigurationSetName)" --no-sending-enabled'
    give(text, pause)
    held = enrol("pendant@exemple.fr")
    time.sleep(5)
    check("  seats are still held, and messages wait", mails("pendant@exemple.fr") == [] and due(held))
    check('the RUNBOOK says "Resume with --sending-enabled"', "`--sending-enabled`" in text)
    run(pause.replace("--no-sending-enabled", "--sending-enabled"))


def ses_refuses(text: str) -> None:
    """SES refuses"""
    sender = outputs["MailIdentity"]
    refusal.write_text(json.dumps({"type": "MessageRejected", "message": f"Email address is not verified. The following identities failed the check in region EU-WEST-3: {sender}"}))
    held = enrol("refusee@exemple.fr")
    give(section("Reminders lag"), "aws lambda invoke --function-name \"$(output RemindersFunctionName)\" --cli-binary-format raw-in-base64-out --payload '{}' /dev/stdout")
    boto3.client("sesv2").create_email_identity(EmailIdentity=sender)  # the emulator keeps apart what CloudFormation makes
    give(text, "aws sesv2 get-account")
    give(text, "aws sesv2 get-email-identity --email-identity DOMAIN", DOMAIN=sender)
    check("  nothing is given up", mails("refusee@exemple.fr") == [] and due(held))
    refusal.unlink()


if __name__ == "__main__":
    main()
