"""Re-drives the dead letters of a stack: the events that failed for good and wait in its two queues (RUNBOOK, "Dead letters").

  redrive.py --stack NAME          what waits, why it failed, and what would be done; nothing is changed
  redrive.py --stack NAME --send   does it; a letter is removed once what it asked for is done, and stays otherwise

What a letter holds decides. One of the reminders says that something was due, and no more: a failed batch of the table's stream comes as
a range of sequence numbers, without its records (which the stream forgets after a day, and the letter lives for fourteen). It needs none
of them: a file that an act has changed is due until it is tended, so that one sweep does what all these letters together asked for. One of
the feedback is SES's event itself, whole or inside Lambda's account of the failure: it is given to the function again, which takes an
event twice or late without harm. What is printed names nobody.
"""
import argparse
import collections
import json
import sys

import boto3
from botocore.config import Config

HELD = 1200  # seconds that the letters are hidden from others while we work


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stack", required=True)
    parser.add_argument("--send", action="store_true")
    options = parser.parse_args()
    stack = boto3.client("cloudformation").describe_stacks(StackName=options.stack)["Stacks"][0]
    outputs = {o["OutputKey"]: o["OutputValue"] for o in stack["Outputs"]}
    left = 0
    for name, redrive in (("Reminders", sweep), ("Feedback", give_again)):
        queue = Queue(outputs[name + "DeadLettersUrl"])
        try:
            print(f"{name}: {len(queue.letters)} letters")
            for (why, what), n in sorted(collections.Counter((reason(m), kind(m)) for m in queue.letters).items()):
                print(f"  {n} × {what}: {why}")
            left += redrive(queue, outputs[name + "FunctionName"], options.send) if queue.letters else 0
        finally:
            queue.release()
    if left and not options.send:
        print("Nothing was changed: mend the cause, then give the same command with --send (make redrive SEND=1).")
    return 1 if left and options.send else 0


class Queue:
    """Every letter of a queue, hidden from others while we have it."""

    def __init__(self, url: str):
        self.sqs, self.url = boto3.client("sqs"), url
        found, empty = {}, 0
        while empty < 2:  # one empty answer may be of one of SQS's servers only
            batch = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=HELD, WaitTimeSeconds=1,
                                             MessageAttributeNames=["All"]).get("Messages", [])
            found |= {m["MessageId"]: m for m in batch}
            empty = 0 if batch else empty + 1
        self.letters = list(found.values())

    def done(self, letter: dict) -> None:
        self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=letter["ReceiptHandle"])
        self.letters.remove(letter)

    def release(self) -> None:
        for letter in self.letters:
            self.sqs.change_message_visibility(QueueUrl=self.url, ReceiptHandle=letter["ReceiptHandle"], VisibilityTimeout=0)


def body(letter: dict) -> dict:
    try:
        found = json.loads(letter["Body"])
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def kind(letter: dict) -> str:
    found = body(letter)
    if batch := found.get("DDBStreamBatchInfo"):
        return f"a batch of the table's stream ({batch.get('batchSize', '?')} records from {batch.get('approximateArrivalOfFirstRecord', '?')})"
    if event := ses_event(letter):
        return f"an event of SES ({event['detail-type']})"
    return "a call of the schedule, or by hand"


def reason(letter: dict) -> str:
    """Lambda says it in the letter, EventBridge and the scheduler beside it. An error's text names nobody (CONTRIBUTING.md, habit 9)."""
    found, beside = body(letter), {k: v.get("StringValue", "") for k, v in letter.get("MessageAttributes", {}).items()}
    said = [found.get("requestContext", {}).get("condition"), (found.get("responsePayload") or {}).get("errorMessage"),
            beside.get("ERROR_CODE"), beside.get("ERROR_MESSAGE")]
    return " ".join(str(s)[:200] for s in said if s) or "no reason is given"


def ses_event(letter: dict):
    found = body(letter)
    found = found.get("requestPayload", found)
    return found if isinstance(found, dict) and "detail-type" in found else None


def sweep(queue: Queue, function: str, send: bool) -> int:
    if not send:
        print("  one sweep would do what they asked for, and send what is still due")
        return len(queue.letters)
    if failure := invoke(function, {}):
        print(f"  the sweep fails ({failure}): the letters stay. The rest was sent.")
        return len(queue.letters)
    print(f"  one sweep did what they asked for: {len(queue.letters)} letters removed")
    for letter in list(queue.letters):
        queue.done(letter)
    return 0


def give_again(queue: Queue, function: str, send: bool) -> int:
    if not send:
        print("  each would be given to the function again")
        return len(queue.letters)
    given, failures = 0, collections.Counter()
    for letter in list(queue.letters):
        event = ses_event(letter)
        failure = invoke(function, event) if event else "not an event of SES: read it by hand"
        if failure:
            failures[failure] += 1
        else:
            queue.done(letter)
            given += 1
    print(f"  {given} given again and removed")
    for failure, n in failures.items():
        print(f"  {n} stay: {failure}")
    return len(queue.letters)


def invoke(function: str, event: dict) -> str:
    """Runs the function and waits for its end, for as long as it may run; gives what failed."""
    patient = Config(read_timeout=330, retries={"total_max_attempts": 1})
    answer = boto3.client("lambda", config=patient).invoke(FunctionName=function, Payload=json.dumps(event).encode())
    said = answer["Payload"].read()
    if not answer.get("FunctionError"):
        return ""
    try:
        return str(json.loads(said)["errorMessage"])[:300]
    except (ValueError, KeyError, TypeError):
        return answer["FunctionError"]


if __name__ == "__main__":
    sys.exit(main())
