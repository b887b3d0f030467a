"""How each type of resource of the stack is made, changed, deleted and read, by the API of its own service.

botocore checks the name and the form of every parameter against AWS's description of the API. `read` answers in the
words of CloudFormation, and raises where there is nothing. A type without `create` is left to moto's CloudFormation.
"""

import functools
import json
import os

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.validate import validate_parameters



@functools.cache
def aws(service):
    # What fails here fails for good.
    return boto3.client(service, config=Config(retries={"total_max_attempts": 1}))


def only(found):
    """The one thing that was found; raises LookupError where there is none."""
    if len(found) != 1:
        raise LookupError(f"{len(found)} found")
    return found[0]


class ApiGateway:
    """The properties are the parameters, but for the headers that are changed."""

    def __init__(self, kind, id_name):
        self.kind, self.id_name = kind, id_name

    def call(self, verb, p, **more):
        parameters = {**p, **more}
        if "ResponseParameters" in p:
            parameters["ResponseParameters"] = {
                status: {one["Destination"]: one["Source"] for one in value["ResponseParameters"]}
                for status, value in p["ResponseParameters"].items()
            }
        return getattr(aws("apigatewayv2"), f"{verb}_{self.kind}")(**parameters)

    def named(self, id, p):
        return {self.id_name: id, **({"ApiId": p["ApiId"]} if "ApiId" in p else {})}

    def create(self, name, p):
        return self.call("create", p)[self.id_name]

    def update(self, id, p):
        if self.kind == "stage":
            # moto cannot change one.
            self.delete(id, p)
            self.create(id, p)
        else:
            self.call("update", {k: v for k, v in p.items() if k != "ProtocolType"}, **self.named(id, p))

    def delete(self, id, p):
        self.call("delete", self.named(id, p))

    def read(self, id, p):
        answer = self.call("get", self.named(id, p))
        changed = {
            status: {"ResponseParameters": [{"Destination": to, "Source": of} for to, of in value.items()]}
            for status, value in answer.get("ResponseParameters", {}).items()
        }
        return {**answer, **self.named(id, p), "ResponseParameters": changed}

    def attributes(self, id):
        region = os.environ["AWS_REGION"]
        return {"ApiEndpoint": f"https://{id}.execute-api.{region}.amazonaws.com"} if self.kind == "api" else {}


class Bucket:
    def create(self, name, p):
        aws("s3").create_bucket(Bucket=p.get("BucketName", name))
        self.update(p.get("BucketName", name), p)
        return p.get("BucketName", name)

    def update(self, id, p):
        s3 = aws("s3")
        if "VersioningConfiguration" in p:
            s3.put_bucket_versioning(Bucket=id, VersioningConfiguration=p["VersioningConfiguration"])
        if "BucketEncryption" in p:
            rules = [to_encryption_rule(one) for one in p["BucketEncryption"]["ServerSideEncryptionConfiguration"]]
            s3.put_bucket_encryption(Bucket=id, ServerSideEncryptionConfiguration={"Rules": rules})
        if "PublicAccessBlockConfiguration" in p:
            block = p["PublicAccessBlockConfiguration"]
            s3.put_public_access_block(Bucket=id, PublicAccessBlockConfiguration=block)
        if "OwnershipControls" in p:
            s3.put_bucket_ownership_controls(Bucket=id, OwnershipControls=p["OwnershipControls"])
        if "LifecycleConfiguration" in p:
            rules = {"Rules": [to_lifecycle_rule(rule) for rule in p["LifecycleConfiguration"]["Rules"]]}
            s3.put_bucket_lifecycle_configuration(Bucket=id, LifecycleConfiguration=rules)
        if "LoggingConfiguration" in p:
            target = p["LoggingConfiguration"]["DestinationBucketName"]
            admit_logs(s3, target)
            logging = {"LoggingEnabled": {"TargetBucket": target, "TargetPrefix": ""}}
            s3.put_bucket_logging(Bucket=id, BucketLoggingStatus=logging)

    def delete(self, id, p):
        aws("s3").delete_bucket(Bucket=id)

    def read(self, id, p):
        s3 = aws("s3")
        s3.head_bucket(Bucket=id)

        def ask(operation):
            try:
                return getattr(s3, operation)(Bucket=id)
            except ClientError:
                return {}

        encryption = ask("get_bucket_encryption").get("ServerSideEncryptionConfiguration", {})
        rules = ask("get_bucket_lifecycle_configuration").get("Rules", [])
        target = ask("get_bucket_logging").get("LoggingEnabled", {}).get("TargetBucket")
        return {
            "BucketName": id,
            "VersioningConfiguration": {"Status": ask("get_bucket_versioning").get("Status")},
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [
                    from_encryption_rule(rule) for rule in encryption.get("Rules", [])
                ]
            },
            "PublicAccessBlockConfiguration": ask("get_public_access_block").get("PublicAccessBlockConfiguration"),
            "OwnershipControls": ask("get_bucket_ownership_controls").get("OwnershipControls"),
            "LifecycleConfiguration": {"Rules": [from_lifecycle_rule(rule) for rule in rules]},
            "LoggingConfiguration": {"DestinationBucketName": target},
        }

    def attributes(self, id):
        region = os.environ["AWS_REGION"]
        return {"Arn": f"arn:aws:s3:::{id}", "RegionalDomainName": f"{id}.s3.{region}.amazonaws.com"}


def to_encryption_rule(rule):
    default = {"ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"]}
    return {**default, **({"BucketKeyEnabled": rule["BucketKeyEnabled"]} if "BucketKeyEnabled" in rule else {})}


def from_encryption_rule(rule):
    return {**rule, "ServerSideEncryptionByDefault": rule.get("ApplyServerSideEncryptionByDefault")}


def to_lifecycle_rule(rule):
    expiration = {
        **({"Days": rule["ExpirationInDays"]} if "ExpirationInDays" in rule else {}),
        **({"ExpiredObjectDeleteMarker": True} if rule.get("ExpiredObjectDeleteMarker") else {}),
    }
    same = ("Status", "AbortIncompleteMultipartUpload", "NoncurrentVersionExpiration")
    kept = {name: rule[name] for name in same if name in rule}
    return {"Filter": {"Prefix": ""}, **kept, **({"Expiration": expiration} if expiration else {})}


def from_lifecycle_rule(rule):
    expiration = rule.get("Expiration", {})
    return {**rule, **expiration, "ExpirationInDays": expiration.get("Days")}


def admit_logs(s3, bucket):
    """moto asks for the right to write logs at once; S3 does not, and the template grants it later."""
    grant = {"Effect": "Allow", "Principal": {"Service": "logging.s3.amazonaws.com"}, "Action": "s3:PutObject"}
    statement = {**grant, "Resource": f"arn:aws:s3:::{bucket}/*"}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))


class BucketPolicy:
    def create(self, name, p):
        self.update(name, p)
        return p["Bucket"]

    def update(self, id, p):
        aws("s3").put_bucket_policy(Bucket=p["Bucket"], Policy=json.dumps(p["PolicyDocument"]))

    def delete(self, id, p):
        aws("s3").delete_bucket_policy(Bucket=id)

    def read(self, id, p):
        return {"Bucket": id, "PolicyDocument": json.loads(aws("s3").get_bucket_policy(Bucket=id)["Policy"])}


class Function:
    def create(self, name, p):
        aws("lambda").create_function(**self.configuration(p), FunctionName=name, Code=p["Code"],
                                      Architectures=p["Architectures"])
        return name

    def update(self, id, p):
        aws("lambda").update_function_configuration(**self.configuration(p), FunctionName=id)
        aws("lambda").update_function_code(**p["Code"], FunctionName=id, Architectures=p["Architectures"])

    def configuration(self, p):
        return {name: value for name, value in p.items() if name not in ("Code", "Architectures")}

    def delete(self, id, p):
        aws("lambda").delete_function(FunctionName=id)

    def read(self, id, p):
        answer = aws("lambda").get_function(FunctionName=id)
        return {**answer["Configuration"], "Code": p["Code"]}

    def attributes(self, id):
        return {"Arn": aws("lambda").get_function(FunctionName=id)["Configuration"]["FunctionArn"]}


class Permission:
    def create(self, name, p):
        aws("lambda").add_permission(StatementId=name, **p)
        return name

    def delete(self, id, p):
        aws("lambda").remove_permission(FunctionName=p["FunctionName"], StatementId=id)

    def read(self, id, p):
        policy = json.loads(aws("lambda").get_policy(FunctionName=p["FunctionName"])["Policy"])
        one = only([statement for statement in policy["Statement"] if statement["Sid"] == id])
        principal = one["Principal"]
        return {
            "FunctionName": one["Resource"],
            "Action": one["Action"],
            "Principal": principal["Service"] if isinstance(principal, dict) else principal,
            "SourceArn": one.get("Condition", {}).get("ArnLike", {}).get("AWS:SourceArn"),
        }


class LogGroup:
    def create(self, name, p):
        aws("logs").create_log_group(logGroupName=name)
        self.update(name, p)
        return name

    def update(self, id, p):
        aws("logs").put_retention_policy(logGroupName=id, retentionInDays=p["RetentionInDays"])

    def delete(self, id, p):
        aws("logs").delete_log_group(logGroupName=id)

    def find(self, id):
        return only(aws("logs").describe_log_groups(logGroupNamePrefix=id)["logGroups"])

    def read(self, id, p):
        return {"RetentionInDays": self.find(id).get("retentionInDays")}

    def attributes(self, id):
        return {"Arn": self.find(id)["arn"]}


class QueryDefinition:
    """moto has no such API: the parameters are checked and not sent, and nothing can be read."""

    def create(self, name, p):
        self.update(name, p)
        return name

    def update(self, id, p):
        parameters = {"name": p["Name"], "queryString": p["QueryString"], "logGroupNames": p["LogGroupNames"]}
        operation = aws("logs").meta.service_model.operation_model("PutQueryDefinition")
        validate_parameters(parameters, operation.input_shape)

    def delete(self, id, p):
        """Nothing was made."""

    def read(self, id, p):
        return None


class Role:
    """moto's CloudFormation makes and deletes roles; only reading is missing."""

    def read(self, id, p):
        return aws("iam").get_role(RoleName=id)["Role"]


class Policy:
    def create(self, name, p):
        self.update(name, p)
        return p["PolicyName"]

    def update(self, id, p):
        for role in p["Roles"]:
            document = json.dumps(p["PolicyDocument"])
            aws("iam").put_role_policy(RoleName=role, PolicyName=p["PolicyName"], PolicyDocument=document)

    def delete(self, id, p):
        for role in p["Roles"]:
            aws("iam").delete_role_policy(RoleName=role, PolicyName=id)

    def read(self, id, p):
        found = [aws("iam").get_role_policy(RoleName=role, PolicyName=id) for role in p["Roles"]]
        return {
            "PolicyName": id,
            "PolicyDocument": found[0]["PolicyDocument"],
            "Roles": [one["RoleName"] for one in found],
        }


class Table:
    def create(self, name, p):
        dynamodb = aws("dynamodb")
        same = ("AttributeDefinitions", "KeySchema", "BillingMode")
        dynamodb.create_table(TableName=name, **{each: p[each] for each in same})
        dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=p["TimeToLiveSpecification"])
        for replica in p["Replicas"]:
            recovery = replica["PointInTimeRecoverySpecification"]
            dynamodb.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=recovery)
        return name

    def delete(self, id, p):
        aws("dynamodb").delete_table(TableName=id)

    def read(self, id, p):
        dynamodb = aws("dynamodb")
        table = dynamodb.describe_table(TableName=id)["Table"]
        ttl = dynamodb.describe_time_to_live(TableName=id)["TimeToLiveDescription"]
        backups = dynamodb.describe_continuous_backups(TableName=id)["ContinuousBackupsDescription"]
        recovery = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
        replica = {
            "Region": os.environ["AWS_REGION"],
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": recovery},
        }
        return {
            **table,
            "BillingMode": table["BillingModeSummary"]["BillingMode"],
            "SSESpecification": {"SSEEnabled": "SSEDescription" in table},
            "TimeToLiveSpecification": {**ttl, "Enabled": ttl["TimeToLiveStatus"] == "ENABLED"},
            "Replicas": [replica],
        }

    def attributes(self, id):
        return {"Arn": aws("dynamodb").describe_table(TableName=id)["Table"]["TableArn"]}


class Key:
    def create(self, name, p):
        kms = aws("kms")
        key = kms.create_key(Description=p["Description"], Policy=json.dumps(p["KeyPolicy"]))["KeyMetadata"]["KeyId"]
        if p["EnableKeyRotation"]:
            kms.enable_key_rotation(KeyId=key)
        return key

    def delete(self, id, p):
        aws("kms").schedule_key_deletion(KeyId=id)

    def read(self, id, p):
        kms = aws("kms")
        key = kms.describe_key(KeyId=id)["KeyMetadata"]
        if key["KeyState"] == "PendingDeletion":
            raise LookupError("deleted")
        return {
            **key,
            "EnableKeyRotation": kms.get_key_rotation_status(KeyId=id)["KeyRotationEnabled"],
            "KeyPolicy": json.loads(kms.get_key_policy(KeyId=id, PolicyName="default")["Policy"]),
        }

    def attributes(self, id):
        return {"Arn": aws("kms").describe_key(KeyId=id)["KeyMetadata"]["Arn"]}


class Topic:
    def create(self, name, p):
        return aws("sns").create_topic(Name=name, Attributes=p)["TopicArn"]

    def delete(self, id, p):
        aws("sns").delete_topic(TopicArn=id)

    def read(self, id, p):
        return aws("sns").get_topic_attributes(TopicArn=id)["Attributes"]


class TopicPolicy:
    def create(self, name, p):
        self.update(name, p)
        return name

    def update(self, id, p):
        for topic in p["Topics"]:
            document = json.dumps(p["PolicyDocument"])
            aws("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=document)

    def delete(self, id, p):
        """Goes with its topics."""

    def read(self, id, p):
        [topic] = p["Topics"]
        policy = aws("sns").get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"]
        return {"Topics": [topic], "PolicyDocument": json.loads(policy)}


class Subscription:
    def create(self, name, p):
        return aws("sns").subscribe(**p, ReturnSubscriptionArn=True)["SubscriptionArn"]

    def delete(self, id, p):
        aws("sns").unsubscribe(SubscriptionArn=id)

    def read(self, id, p):
        return aws("sns").get_subscription_attributes(SubscriptionArn=id)["Attributes"]


class Alarm:
    def create(self, name, p):
        self.update(name, p)
        return name

    def update(self, id, p):
        aws("cloudwatch").put_metric_alarm(AlarmName=id, **p)

    def delete(self, id, p):
        aws("cloudwatch").delete_alarms(AlarmNames=[id])

    def read(self, id, p):
        return only(aws("cloudwatch").describe_alarms(AlarmNames=[id])["MetricAlarms"])

    def attributes(self, id):
        return {"Arn": self.read(id, {})["AlarmArn"]}


class Dashboard:
    def create(self, name, p):
        self.update(name, p)
        return name

    def update(self, id, p):
        aws("cloudwatch").put_dashboard(DashboardName=id, DashboardBody=p["DashboardBody"])

    def delete(self, id, p):
        aws("cloudwatch").delete_dashboards(DashboardNames=[id])

    def read(self, id, p):
        return {"DashboardBody": aws("cloudwatch").get_dashboard(DashboardName=id)["DashboardBody"]}


types = {
    "AWS::ApiGatewayV2::Api": ApiGateway("api", "ApiId"),
    "AWS::ApiGatewayV2::Integration": ApiGateway("integration", "IntegrationId"),
    "AWS::ApiGatewayV2::Route": ApiGateway("route", "RouteId"),
    "AWS::ApiGatewayV2::Stage": ApiGateway("stage", "StageName"),
    "AWS::CloudWatch::Alarm": Alarm(),
    "AWS::CloudWatch::Dashboard": Dashboard(),
    "AWS::DynamoDB::GlobalTable": Table(),
    "AWS::IAM::Policy": Policy(),
    "AWS::IAM::Role": Role(),
    "AWS::KMS::Key": Key(),
    "AWS::Lambda::Function": Function(),
    "AWS::Lambda::Permission": Permission(),
    "AWS::Logs::LogGroup": LogGroup(),
    "AWS::Logs::QueryDefinition": QueryDefinition(),
    "AWS::S3::Bucket": Bucket(),
    "AWS::S3::BucketPolicy": BucketPolicy(),
    "AWS::SNS::Subscription": Subscription(),
    "AWS::SNS::Topic": Topic(),
    "AWS::SNS::TopicPolicy": TopicPolicy(),
}
