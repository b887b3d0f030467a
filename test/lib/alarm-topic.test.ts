import { Match, type Template } from 'aws-cdk-lib/assertions';
import { bundleFunctions } from '../../lib/bundle.ts';
import { propertiesOf, statementsOf, synthesize } from '../support/synthesize.ts';

let template: Template;

beforeAll(async () => {
  await bundleFunctions();
  template = synthesize({ alarmEmail: 'ops@example.com' });
}, 120_000);

const alarmsOfThisAccount = {
  ArnLike: {
    'aws:SourceArn': {
      'Fn::Join': [
        '',
        [
          'arn:',
          { Ref: 'AWS::Partition' },
          ':cloudwatch:',
          { Ref: 'AWS::Region' },
          ':',
          { Ref: 'AWS::AccountId' },
          ':alarm:*',
        ],
      ],
    },
  },
};

describe('the topic of the alarms', () => {
  it('is not there without an e-mail address, and nobody is told then', () => {
    const quiet = synthesize();
    for (const type of ['AWS::SNS::Topic', 'AWS::SNS::Subscription', 'AWS::KMS::Key'])
      quiet.resourceCountIs(type, 0);
    for (const alarm of propertiesOf(quiet, 'AWS::CloudWatch::Alarm'))
      for (const actions of ['AlarmActions', 'OKActions']) expect(alarm).not.toHaveProperty(actions);
  });

  it('is told by every alarm, also that it is over, and sends to the address', () => {
    const [topic] = Object.keys(template.findResources('AWS::SNS::Topic'));
    for (const alarm of propertiesOf(template, 'AWS::CloudWatch::Alarm'))
      expect(alarm).toMatchObject({ AlarmActions: [{ Ref: topic }], OKActions: [{ Ref: topic }] });
    template.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'ops@example.com',
    });
  });

  it('admits the alarms of this account, and nobody without TLS', () => {
    expect(statementsOf(template, 'AWS::SNS::TopicPolicy')).toEqual([
      expect.objectContaining({
        Effect: 'Deny',
        Principal: '*',
        Action: 'sns:Publish',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
      expect.objectContaining({
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Condition: alarmsOfThisAccount,
      }),
    ]);
  });

  it('is encrypted with a key of its own that CloudWatch may use and that goes with the stack', () => {
    template.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() });
    template.hasResource('AWS::KMS::Key', {
      DeletionPolicy: 'Delete',
      Properties: { EnableKeyRotation: true },
    });
    expect(statementsOf(template, 'AWS::KMS::Key')).toContainEqual({
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: '*',
      Condition: alarmsOfThisAccount,
    });
  });
});
