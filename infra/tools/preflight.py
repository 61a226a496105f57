"""Says what is missing before a deployment, in words that say what to do. Nothing is changed.

Stops (exit 1) on what would make the deployment fail; warns on what would only keep messages from leaving.
"""
import argparse
import sys

import boto3
from botocore.exceptions import BotoCoreError, ClientError


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", required=True)
    parser.add_argument("--stack", required=True)
    parser.add_argument("--environment", required=True)
    options = parser.parse_args()
    try:
        account = boto3.client("sts").get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        print(f"STOP  no usable AWS credentials: {error}\n      Try: aws configure sso, then aws sso login")
        return 1
    session = boto3.session.Session()
    print(f"ok    account {account}, region {session.region_name}")
    stops = region(session) + sending(options)
    return 1 if stops else 0


def region(session) -> int:
    """SES and the scheduler are not everywhere."""
    missing = [s for s in ("sesv2", "scheduler", "apigatewayv2") if session.region_name not in session.get_available_regions(s)]
    if missing:
        print(f"STOP  region {session.region_name} has no {', '.join(missing)}: choose another, such as eu-west-3 (Paris)")
    return len(missing)


def sending(options) -> int:
    ses = boto3.client("sesv2")
    try:
        account = ses.get_account()
    except ClientError as error:
        print(f"warn  SES cannot be read ({error.response['Error']['Code']}): check by hand that messages may leave")
        return 0
    if not account.get("SendingEnabled", True):
        print("warn  SES sending is paused for this account (RUNBOOK, \"Bounce storm\")")
    if not account.get("ProductionAccessEnabled", False):
        print("warn  SES is in its sandbox: messages reach verified addresses only, 200 a day (RUNBOOK, \"SES sandbox\")")
    print(identity(ses, options))
    return 0


def identity(ses, options) -> str:
    domain = options.address.rpartition("@")[2]
    for name in (options.address, domain):
        try:
            found = ses.get_email_identity(EmailIdentity=name)
        except ClientError:
            continue
        if found.get("VerifiedForSendingStatus"):
            return f"ok    {name} is verified; with MailIdentityKind=existing the stack leaves it as it is"
        return f"warn  {name} is not verified yet: no message leaves until it is (DNS records in the stack's outputs, or the click in SES's mail)"
    return f"warn  neither {options.address} nor {domain} is known to SES: the stack will create the identity; verify it then"


if __name__ == "__main__":
    sys.exit(main())
