"""Switches on what keeps a stack that was made from being deleted by mistake: the table's and the team's deletion protection (the
parameter DeletionProtection, which a first deployment leaves off so that it can be taken back) and the stack's own. Idempotent."""
import argparse

import boto3
from botocore.exceptions import ClientError

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--stack", required=True)
name = parser.parse_args().stack
cloudformation = boto3.client("cloudformation")
stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
parameters = {p["ParameterKey"]: p["ParameterValue"] for p in stack["Parameters"]}
if parameters["DeletionProtection"] != "true":
    cloudformation.update_stack(
        StackName=name, UsePreviousTemplate=True, Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        Parameters=[{"ParameterKey": "DeletionProtection", "ParameterValue": "true"}]
        + [{"ParameterKey": k, "UsePreviousValue": True} for k in sorted(parameters) if k != "DeletionProtection"])
    cloudformation.get_waiter("stack_update_complete").wait(StackName=name, WaiterConfig={"Delay": 5, "MaxAttempts": 120})
print("ok    the table and the team's accounts refuse to be deleted")
try:
    cloudformation.update_termination_protection(StackName=name, EnableTerminationProtection=True)
    print("ok    the stack refuses to be deleted")
except ClientError as error:
    print(f"warn  the stack may be deleted by mistake ({error.response['Error']['Code']}): aws cloudformation update-termination-protection --stack-name {name} --enable-termination-protection")
