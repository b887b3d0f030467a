"""moto's server, whose CloudFormation makes what it lacks by resources.py.

Takes a port, and the file that says of each resource, by stack and logical id, what was wanted and its id.
"""

import json
import sys

from moto.cloudformation import parsing
from moto.core.common_models import CloudFormationModel
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket
from moto.server import main
from resources import types

port, record_file = sys.argv[1:]
records = {}


def to_model(resource_type, maker):
    class Made(CloudFormationModel):
        # moto files models under the second part of their module.
        __module__ = "test.rehearse"

        def __init__(self, id, properties):
            self.physical_resource_id = id
            self.properties = properties

        @staticmethod
        def cloudformation_type():
            return resource_type

        @staticmethod
        def cloudformation_name_type():
            return ""

        @classmethod
        def has_cfn_attr(cls, attr):
            return True

        def get_cfn_attribute(self, attribute):
            return maker.attributes(self.physical_resource_id)[attribute]

        def is_created(self):
            return True

        @classmethod
        def create_from_cloudformation_json(cls, name, resource, account, region, **_):
            properties = resource["Properties"]
            return cls(maker.create(name, properties), properties)

        @classmethod
        def update_from_cloudformation_json(cls, original_resource, cloudformation_json, **_):
            properties = cloudformation_json["Properties"]
            maker.update(original_resource.physical_resource_id, properties)
            return cls(original_resource.physical_resource_id, properties)

        def delete(self, account, region):
            maker.delete(self.physical_resource_id, self.properties)

    return Made


def record_properties(parse):
    """Keeps the properties of each resource as they were once all references were followed."""

    def parse_and_record(logical_id, resource, resources_map):
        answer = parse(logical_id, resource, resources_map)
        if answer:
            wanted = {"type": answer[1]["Type"], "wanted": answer[1]["Properties"]}
            stack = records.setdefault(resources_map["AWS::StackName"], {})
            stack[logical_id] = {**stack.get(logical_id, {}), **wanted}
            save()
        return answer

    return parse_and_record


def record_id(create):
    def create_and_record(logical_id, resource, resources_map, **more):
        made = create(logical_id, resource, resources_map, **more)
        if made is not None:
            records[resources_map["AWS::StackName"]][logical_id]["id"] = made.physical_resource_id
            save()
        return made

    return create_and_record


def save():
    with open(record_file, "w") as file:
        json.dump(records, file)


def retain(load):
    """moto knows no RetainExceptOnCreate, which is Retain once a stack stands."""

    def load_retained(resource_map):
        for resource in resource_map._resource_json_map.values():
            if resource.get("DeletionPolicy") == "RetainExceptOnCreate":
                resource["DeletionPolicy"] = "Retain"
        return load(resource_map)

    return load_retained


models = [to_model(name, maker) for name, maker in types.items() if hasattr(maker, "create")]
parsing.parse_resource_and_generate_name = record_properties(parsing.parse_resource_and_generate_name)
parsing.parse_and_create_resource = record_id(parsing.parse_and_create_resource)
parsing.ResourceMap.delete = retain(parsing.ResourceMap.delete)
# moto evaluates no conditions of bucket policies: the ban on plain http would be one on everything.
FakeBucket.get_permission = lambda *_: PermissionResult.NEUTRAL
main(["-H", "127.0.0.1", "-p", port])
