"""Settles the parameters of a deployment and says what is missing, before anything in the account is changed.

Stops (exit 1) on what would make the deployment fail, decides what the account decides (a sender that it has verified already, its
concurrency, its right to make budgets), warns on what would only keep messages from leaving.

What is settled goes to the folder --out:
  parameters.yaml   every parameter that sam deploy is given
  settled           NAME=value a line, for infra/deploy: first, remains, protection, architecture, mail_ready
Values are, the last one wins: samconfig.toml, what is decided here, PARAMETERS. What none of them names keeps its deployed value.
"""
import argparse
import json
import os
import pathlib
import re
import shlex
import sys

import boto3
import tomlkit
import yaml
from botocore.exceptions import BotoCoreError, ClientError

import dnstext

ROOT = pathlib.Path(__file__).parents[2]
DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation")


class Plain(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Reads a template without its functions, of which parameters have none."""


Plain.add_multi_constructor("!", lambda *_: None)


class Settling:
    """What is known of the deployment, and what was found so far."""

    def __init__(self, options):
        self.environment, self.stack = options.environment, options.stack
        self.template = yaml.load((ROOT / "template.yaml").read_text(), Plain)["Parameters"]
        self.configured = pairs(tomlkit.parse((ROOT / "samconfig.toml").read_text())[self.environment]["deploy"]["parameters"]["parameter_overrides"])
        self.given = {"MailAddress": options.address, "AlarmEmail": options.alarm, "Build": options.build} | pairs(os.environ.get("PARAMETERS", ""))
        self.deployed, self.decided, self.settled, self.stops = {}, {}, {}, 0

    def ok(self, text: str) -> None:
        print(f"ok    {text}")

    def warn(self, text: str) -> None:
        print(f"warn  {text}")

    def stop(self, text: str) -> None:
        print(f"STOP  {text}")
        self.stops += 1

    def decide(self, name: str, value: str) -> None:
        self.decided[name] = value

    def value(self, name: str) -> str:
        """The value that the stack will have."""
        for source in (self.given, self.decided, self.configured, self.deployed):
            if name in source:
                return source[name]
        return str(self.template[name].get("Default", ""))

    def asked(self, name: str) -> bool:
        """Somebody wants this value: it is not decided against them in silence."""
        return name in self.given

    def write(self, folder: pathlib.Path) -> None:
        (folder / "parameters.yaml").write_text(json.dumps(self.configured | self.decided | self.given, ensure_ascii=False, indent=1))
        self.settled["architecture"] = self.value("Architecture")
        (folder / "settled").write_text("".join(f"{k}={v}\n" for k, v in self.settled.items()))


def pairs(text: str) -> dict:
    """Name=Value, separated by spaces; a value with spaces stands in quotes, as in a shell."""
    try:
        words = shlex.split(text)
    except ValueError as error:
        sys.exit(f"STOP  PARAMETERS: {error}: a value with spaces stands in double quotes: MailName=\"Mairie de Brest\"")
    for word in words:
        if "=" not in word:
            sys.exit(f"STOP  PARAMETERS: {word} is not Name=Value; a value with spaces stands in double quotes: MailName=\"Mairie de Brest\"")
    return dict(word.split("=", 1) for word in words)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("address", "alarm", "build", "stack", "environment", "out"):
        parser.add_argument(f"--{name}", required=True)
    options = parser.parse_args()
    s = Settling(options)
    try:
        account = boto3.client("sts").get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        s.stop(f"no usable AWS credentials: {error}\n      Try: aws configure sso, then aws sso login")
        return 1
    session = boto3.session.Session()
    s.ok(f"account {account}, region {session.region_name}")
    names(s)
    region(s, session)
    stack(s)
    for check in (sending, concurrency, content_network, rules, certificate, lambda s: budget(s, account)):
        check(s)
    s.write(pathlib.Path(options.out))
    return 1 if s.stops else 0


def names(s: Settling) -> None:
    for name in s.given:
        if name not in s.template:
            s.stop(f"there is no parameter {name} (template.yaml lists them)")
    if not re.fullmatch("[a-z][a-z0-9-]{0,42}", s.stack):
        s.stop(f"the stack's name {s.stack}: small letters, digits and hyphens, 43 at most, since the bucket of scans is named after it")


def region(s: Settling, session) -> None:
    """SES and the scheduler are not everywhere."""
    missing = [x for x in ("sesv2", "scheduler", "apigatewayv2") if session.region_name not in session.get_available_regions(x)]
    if missing:
        s.stop(f"region {session.region_name} has no {', '.join(missing)}: choose another, such as eu-west-3 (Paris)")


def stack(s: Settling) -> None:
    """A stack that was never made whole is made anew; what only a person can judge stops."""
    status = "none"
    try:
        found = boto3.client("cloudformation").describe_stacks(StackName=s.stack)["Stacks"][0]
        status = found["StackStatus"]
        s.deployed = {p["ParameterKey"]: p["ParameterValue"] for p in found.get("Parameters", [])}
    except ClientError as error:
        if "does not exist" not in str(error):
            s.stop(f"the stack {s.stack} cannot be read: {error}")
    first = status in ("none", "DELETE_COMPLETE", "REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE")
    s.settled |= {"first": "yes" if first else "no", "remains": "yes" if status == "ROLLBACK_COMPLETE" else "no", "protection": s.value("DeletionProtection")}
    command = f"aws cloudformation delete-stack --stack-name {s.stack} && aws cloudformation wait stack-delete-complete --stack-name {s.stack}"
    if first:
        s.deployed = {}
        # What protects the data would also keep a creation that fails from being taken back: it is switched on afterwards.
        s.given.pop("DeletionProtection", None)
        s.decide("DeletionProtection", "false")
        s.ok({"ROLLBACK_COMPLETE": f"the first deployment of {s.stack} failed: what is left of it (nothing but its name) goes, and it is made anew",
              "REVIEW_IN_PROGRESS": f"{s.stack} was prepared and never made: this is its first deployment"}.get(status, f"{s.stack} is new"))
    elif status in ("CREATE_FAILED", "ROLLBACK_FAILED", "DELETE_FAILED"):
        s.stop(f"{s.stack} is in {status}: it was not made, or not removed, whole. Its events say what resists; then: {command}")
    elif status == "UPDATE_ROLLBACK_FAILED":
        s.stop(f"{s.stack} is in {status}: mend what its events name, then: aws cloudformation continue-update-rollback --stack-name {s.stack}")
    elif status.endswith("_IN_PROGRESS"):
        s.stop(f"{s.stack} is in {status}: somebody deploys. Wait: aws cloudformation describe-stacks --stack-name {s.stack}")


def sending(s: Settling) -> None:
    s.settled["mail_ready"] = "no"
    ses = boto3.client("sesv2")
    try:
        account = ses.get_account()
    except ClientError as error:
        return s.warn(f"SES cannot be read ({code(error)}): check by hand that messages may leave")
    if not account.get("SendingEnabled", True):
        s.warn('SES sending is paused for this account (RUNBOOK, "Bounce storm")')
    production = account.get("ProductionAccessEnabled", False)
    if not production:
        s.warn('SES is in its sandbox: messages reach verified addresses only, 200 a day (RUNBOOK, "SES sandbox")')
    verified = identity(s, ses)
    s.decide("StaffMailReady", "true" if verified and production else "false")
    s.settled["mail_ready"] = "yes" if verified and production else "no"


def identity(s: Settling, ses) -> bool:
    """Who makes the sender's identity: CloudFormation fails on one that the account has already, and an address that is not verified
    goes before a domain that is."""
    address, kind = s.value("MailAddress"), s.value("MailIdentityKind")
    domain = address.rpartition("@")[2]
    known = {name: found for name in (address, domain) if (found := lookup(ses, name)) is not None}
    foreign = [name for name in known if name not in owned(s)]
    wanted = domain if kind == "domain" else address
    if kind == "existing":
        taken = next((n for n in known if known[n]), next(iter(known), None))
        if not taken:
            s.stop(f"MailIdentityKind=existing, but SES knows neither {address} nor {domain} in this region: verify one, or give domain or address")
            return False
    elif wanted in foreign:
        taken = wanted
    else:
        taken = domain if domain in foreign and known[domain] and wanted not in known else None
    if taken and kind != "existing" and s.asked("MailIdentityKind"):
        s.stop(f"SES knows {taken} already, and not from this stack: leave MailIdentityKind out, or give existing")
        return False
    if taken:
        s.decide("MailIdentityKind", "existing")
        s.ok(f"SES knows {taken} already: the stack leaves it as it is (MailIdentityKind=existing)")
    s.decide("MailIdentity", taken or "")
    if known.get(taken or wanted):
        s.ok(f"{taken or wanted} is verified")
        return True
    s.warn(f"{taken or wanted} is not verified yet: no message leaves until it is (the end of the deployment says how)")
    return False


def lookup(ses, name: str):
    """Verified or not; None when SES does not know it."""
    try:
        return bool(ses.get_email_identity(EmailIdentity=name).get("VerifiedForSendingStatus"))
    except ClientError as error:
        if code(error) != "NotFoundException":
            raise
        return None


def owned(s: Settling) -> list:
    """Identities that this stack made."""
    if s.settled["first"] == "yes":
        return []
    pages = boto3.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=s.stack)
    return [r["PhysicalResourceId"] for page in pages for r in page["StackResourceSummaries"]
            if r["ResourceType"] == "AWS::SES::EmailIdentity" and r["ResourceStatus"] != "DELETE_COMPLETE"]


def concurrency(s: Settling) -> None:
    """New accounts have 10 where 1,000 is usual: the stream may then take one at a time, and nothing can be reserved."""
    try:
        limit = boto3.client("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
    except ClientError as error:
        return s.warn(f"Lambda's concurrency cannot be read ({code(error)})")
    reserved = int(s.value("ApiReservedConcurrency"))
    s.decide("StreamParallelism", "1" if limit < 100 else "2")
    if limit < 100:
        s.warn(f'Lambda runs {limit} at once in this account: {limit} people may press at the same moment. The stream is read one batch at a time. Ask for 1,000 (RUNBOOK, "Throttling")')
    if reserved and limit - reserved < 100:
        s.stop(f"ApiReservedConcurrency={reserved}: AWS keeps 100 of the account's {limit} for everybody. Give {max(limit - 100, 0)} at most (0 reserves nothing), or ask for more (Service Quotas, Lambda)")


def content_network(s: Settling) -> None:
    """AWS says only while it makes a distribution that an account may not have one yet."""
    if s.settled["first"] == "no":
        return
    try:
        if not boto3.client("cloudfront").list_distributions(MaxItems="1")["DistributionList"].get("Quantity"):
            s.warn('this account has no CloudFront distribution: AWS refuses the first one of some new accounts. Nothing is lost if it does (RUNBOOK, "CloudFront is refused")')
    except ClientError as error:
        s.warn(f"CloudFront cannot be read ({code(error)})")


def rules(s: Settling) -> None:
    """WAF's rules live in a stack of us-east-1 (infra/edge.yaml); those that are there stand before the site."""
    if s.asked("WebAclArn"):
        return
    try:
        stacks = boto3.client("cloudformation", region_name="us-east-1").describe_stacks(StackName=s.stack + "-edge")["Stacks"]
    except ClientError:
        return
    s.decide("WebAclArn", next((o["OutputValue"] for o in stacks[0].get("Outputs", []) if o["OutputKey"] == "WebAcl"), ""))


def certificate(s: Settling) -> None:
    name, arn = s.value("DomainName"), s.value("CertificateArn")
    if not name:
        return
    if not arn:
        return s.stop(f"DomainName={name} needs CertificateArn, a certificate of AWS Certificate Manager in us-east-1")
    try:
        found = boto3.client("acm", region_name="us-east-1").describe_certificate(CertificateArn=arn)["Certificate"]
    except (ClientError, BotoCoreError) as error:
        return s.stop(f"CertificateArn: not found in us-east-1, where CloudFront looks for it ({error})")
    if found["Status"] != "ISSUED":
        s.stop(f"the certificate is {found['Status']}, not ISSUED: have the DNS record created that AWS Certificate Manager asks for, and wait")
        if records := dnstext.certificate(found):
            print("\nFor whoever runs the DNS, to be copied into an e-mail:\n\n" + dnstext.text("", {dnstext.CERTIFICATE: records}) + "\n")
        return
    covered = {found["DomainName"], *found.get("SubjectAlternativeNames", [])}
    if not {name, "*." + name.partition(".")[2]} & covered:
        return s.stop(f"the certificate is for {', '.join(sorted(covered))}, not for {name}")
    s.ok(f"the certificate covers {name}")


def budget(s: Settling, account: str) -> None:
    """Accounts linked to another one may have no right to budgets."""
    if s.value("MonthlyBudget") == "0":
        return s.warn("MonthlyBudget=0: nobody is told when the account costs more than thought")
    try:
        boto3.client("budgets").describe_budgets(AccountId=account, MaxResults=1)
    except ClientError as error:
        if code(error) not in DENIED:
            return s.warn(f"budgets cannot be read ({code(error)})")
        if s.asked("MonthlyBudget"):
            return s.stop("MonthlyBudget: this account may not make budgets (a linked account's are the paying account's). Leave it out, or give 0")
        s.decide("MonthlyBudget", "0")
        s.warn("this account may not make budgets (a linked account's are the paying account's): none is made")


def code(error: ClientError) -> str:
    return error.response["Error"]["Code"]


if __name__ == "__main__":
    sys.exit(main())
