"""Says what is left to do by hand for a stack, whatever became of its deployment. Reads only; what cannot be read is said, not guessed."""
import argparse

import boto3
from botocore.exceptions import BotoCoreError, ClientError

import dnstext


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stack", required=True)
    name = parser.parse_args().stack
    try:
        stack = boto3.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    except (ClientError, BotoCoreError) as error:
        if "does not exist" in str(error):
            print(f"There is no stack {name}: nothing was deployed. Mend what is said above, then give the same command again.")
        else:
            print(f"The stack {name} cannot be read: {error}")
        return
    outputs = {o["OutputKey"]: o["OutputValue"] for o in stack.get("Outputs", [])}
    parameters = {p["ParameterKey"]: p["ParameterValue"] for p in stack.get("Parameters", [])}
    if not outputs:
        print(f"The stack {name} is in {stack['StackStatus']}, and has no outputs yet. Mend what is said above, then give the same command again.")
        return
    print(f"Site: {outputs['SiteUrl']}   Dashboard: {outputs['Dashboard']}")
    left = [step for find in (sender, sandbox, address, alarms, team, sessions) for step in find(outputs, parameters)]
    for number, step in enumerate(left, 1):
        print(f"{number}. {step}")
    if parts := records(outputs, parameters):
        domain = outputs["MailIdentity"].rpartition("@")[2]
        print("\nFor whoever runs the DNS, to be copied into an e-mail:\n" + "-" * 72 + "\n" + dnstext.text(domain, parts) + "\n" + "-" * 72)


def sender(outputs: dict, parameters: dict) -> list:
    name = outputs["MailIdentity"]
    if identity(outputs).get("VerifiedForSendingStatus"):
        return []
    if "AddressToVerify" in outputs:
        return [f"Sender: open the link that SES has sent to {name}, or no message leaves."]
    return [f"Sender: no message leaves before SES has verified {name}. Send the text below to whoever runs its DNS."]


def identity(outputs: dict) -> dict:
    return ask(lambda: boto3.client("sesv2").get_email_identity(EmailIdentity=outputs["MailIdentity"])) or {}


def records(outputs: dict, parameters: dict) -> dict:
    """What the DNS lacks, as far as AWS sees it; nothing when that is all there."""
    found, parts = identity(outputs), {}
    if not found.get("VerifiedForSendingStatus"):
        parts[dnstext.DKIM] = dnstext.dkim(outputs, found)
    if found.get("MailFromAttributes", {}).get("MailFromDomainStatus") != "SUCCESS":
        parts[dnstext.MAIL_FROM] = dnstext.mail_from(outputs)
    if parameters.get("DomainName") and not parameters.get("HostedZoneId"):
        parts[dnstext.SITE] = dnstext.site(parameters["DomainName"], outputs["MailIdentity"], outputs["DistributionDomain"])
        parts[dnstext.CERTIFICATE] = dnstext.certificate((ask(lambda: boto3.client("acm", region_name="us-east-1").describe_certificate(
            CertificateArn=parameters.get("CertificateArn", ""))) or {}).get("Certificate", {}))
    if not any(parts.values()):
        return {}
    if "@" not in outputs["MailIdentity"]:
        parts[dnstext.DMARC] = dnstext.dmarc(outputs["MailIdentity"], parameters.get("AlarmEmail", ""))
    return parts


def sandbox(outputs: dict, parameters: dict) -> list:
    account = ask(lambda: boto3.client("sesv2").get_account())
    if account and account.get("ProductionAccessEnabled"):
        return []
    return ['SES sandbox: until AWS gives production access, only verified addresses get mail (RUNBOOK, "SES sandbox").']


def address(outputs: dict, parameters: dict) -> list:
    if not parameters.get("DomainName") or parameters.get("HostedZoneId"):
        return []
    return [f"DNS: {parameters['DomainName']} leads to the site by the record in the text below (done if it is so already); until then it answers on https://{outputs['DistributionDomain']}/"]


def alarms(outputs: dict, parameters: dict) -> list:
    found = ask(lambda: boto3.client("sns").list_subscriptions_by_topic(TopicArn=outputs["AlarmTopic"]))
    if found and any(s["Endpoint"] == outputs["AlarmAddress"] and s["SubscriptionArn"].startswith("arn:") for s in found["Subscriptions"]):
        return []
    return [f"Alarms: open the link that AWS has sent to {outputs['AlarmAddress']} (SNS, \"Subscription Confirmation\"), or they ring in an empty room. There are two: one for the stack, one for CloudFront (us-east-1)."]


def team(outputs: dict, parameters: dict) -> list:
    email = parameters.get("StaffEmail")
    if not email:
        return ['Team: nobody can sign in to the organisation\'s side yet: deploy with PARAMETERS="StaffEmail=you@example.org" (RUNBOOK, "The team").']
    if "StaffPool" not in outputs:
        return [f"Team: {email} signs in at your own issuer, on {outputs['SiteUrl']}/equipe/"]
    return [f"Team: {email} opens {outputs['SiteUrl']}/equipe/ and signs in with the provisional password of the mail \"Votre accès à Écharpe\" (seven days; then a password and a code of their own)."]


def sessions(outputs: dict, parameters: dict) -> list:
    return [f"Sessions: go run ./infra/catalogue -table {outputs['TableName']} -file your-catalogue.yaml (done if yours are there)."]


def ask(question):
    try:
        return question()
    except (ClientError, BotoCoreError):
        return None


if __name__ == "__main__":
    main()
