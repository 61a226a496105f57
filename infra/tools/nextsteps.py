"""Says what is left to do by hand for a stack, whatever became of its deployment. Reads only; what cannot be read is said, not guessed."""
import argparse

import boto3
from botocore.exceptions import BotoCoreError, ClientError


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


def sender(outputs: dict, parameters: dict) -> list:
    name = outputs["MailIdentity"]
    found = ask(lambda: boto3.client("sesv2").get_email_identity(EmailIdentity=name))
    if found and found.get("VerifiedForSendingStatus"):
        return []
    if "AddressToVerify" in outputs:
        return [f"Sender: open the link that SES has sent to {name}, or no message leaves."]
    records = [outputs[f"DkimRecord{n}"] for n in (1, 2, 3) if f"DkimRecord{n}" in outputs]
    return [f"Sender: no message leaves before SES has verified {name}. Have these DNS records created:" + "".join(f"\n     {r}" for r in records)]


def sandbox(outputs: dict, parameters: dict) -> list:
    account = ask(lambda: boto3.client("sesv2").get_account())
    if account and account.get("ProductionAccessEnabled"):
        return []
    return ['SES sandbox: until AWS gives production access, only verified addresses get mail (RUNBOOK, "SES sandbox").']


def address(outputs: dict, parameters: dict) -> list:
    if not parameters.get("DomainName") or parameters.get("HostedZoneId"):
        return []
    return [f"DNS: {parameters['DomainName']} CNAME {outputs['DistributionDomain']} (done if it is so already); until then the site answers on https://{outputs['DistributionDomain']}/"]


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
