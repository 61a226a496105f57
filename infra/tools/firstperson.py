"""Makes the first person of the team in the stack's user pool, once; says how to sign in. Run by infra/deploy."""
import argparse

import boto3

parser = argparse.ArgumentParser()
parser.add_argument("--stack", required=True)
stack = boto3.client("cloudformation").describe_stacks(StackName=parser.parse_args().stack)["Stacks"][0]
outputs = {o["OutputKey"]: o["OutputValue"] for o in stack.get("Outputs", [])}
email = {p["ParameterKey"]: p["ParameterValue"] for p in stack.get("Parameters", [])}.get("StaffEmail", "")
pool = outputs.get("StaffPool")
if not email:
    print('Nobody can sign in to the organisation\'s side yet: deploy with PARAMETERS="StaffEmail=you@example.org" (RUNBOOK, "The team").')
elif not pool:
    print(f"Team: {email} signs in at your own issuer, on {outputs['SiteUrl']}/equipe/")
else:
    cognito = boto3.client("cognito-idp")
    try:
        cognito.admin_create_user(
            UserPoolId=pool, Username=email, DesiredDeliveryMediums=["EMAIL"],
            UserAttributes=[{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
        )
        print(f"Team: {email} has a mail with a provisional password; sign in on {outputs['SiteUrl']}/equipe/")
    except cognito.exceptions.UsernameExistsException:
        print(f"Team: {email} is in the pool already; sign in on {outputs['SiteUrl']}/equipe/")
