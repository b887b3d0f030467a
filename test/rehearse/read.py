"""Reads every resource of a stack by the API of its service, and writes JSON by logical id.

Takes the file that server.py keeps, and the name of the stack. `state` is `there`, `gone` or `unknown`: moto has no
such API. `actual` is in the words of CloudFormation.
"""

import json
import sys

from botocore.exceptions import ClientError
from resources import types

record_file, stack = sys.argv[1:]


def read(id, type, wanted):
    try:
        actual = types[type].read(id, wanted)
        return {"state": "unknown" if actual is None else "there", "actual": actual}
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] not in (400, 404):
            raise
    except LookupError:
        pass
    return {"state": "gone", "actual": None}


with open(record_file) as file:
    resources = json.load(file)[stack]
json.dump({name: {**resource, **read(**resource)} for name, resource in resources.items()}, sys.stdout, default=str)
