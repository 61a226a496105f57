"""Removes what a first deployment that failed has left: a stack in ROLLBACK_COMPLETE, of which nothing but the name is there. Refuses any other."""
import argparse
import sys

import boto3

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--stack", required=True)
name = parser.parse_args().stack
cloudformation = boto3.client("cloudformation")
status = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
if status != "ROLLBACK_COMPLETE":
    sys.exit(f"{name} is in {status}: not removed")
cloudformation.delete_stack(StackName=name)
cloudformation.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig={"Delay": 3, "MaxAttempts": 100})
