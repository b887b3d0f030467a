import { DomainName, SecurityPolicy } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import { ARecord, HostedZone, type IHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';

/** What a custom domain is made from: its name with a certificate, a hosted zone, or both. */
export interface CustomDomainProps {
  readonly domainName: string;
  /** @default - a certificate that the hosted zone proves */
  readonly certificateArn?: string | undefined;
  /** @default - no record is made; `target` says where one must lead */
  readonly hostedZoneId?: string | undefined;
  readonly hostedZoneName?: string | undefined;
}

/** A name of the operator's own for the API, with TLS 1.2 or later. */
export class CustomDomain extends Construct {
  readonly domain: DomainName;
  /** What a CNAME record of the domain must lead to; undefined where the record is made. */
  readonly target: string | undefined;

  constructor(scope: Construct, id: string, props: CustomDomainProps) {
    super(scope, id);
    const { domainName, certificateArn, hostedZoneId, hostedZoneName } = props;
    const zone =
      hostedZoneId && hostedZoneName
        ? HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId, zoneName: hostedZoneName })
        : undefined;
    const certificate = certificateArn
      ? Certificate.fromCertificateArn(this, 'Certificate', certificateArn)
      : new Certificate(this, 'Certificate', {
          domainName,
          validation: CertificateValidation.fromDns(zone),
        });
    this.domain = new DomainName(this, 'Domain', {
      domainName,
      certificate,
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    if (zone) this.addRecord(zone, domainName);
    this.target = zone ? undefined : this.domain.regionalDomainName;
  }

  private addRecord(zone: IHostedZone, recordName: string): void {
    const { regionalDomainName, regionalHostedZoneId } = this.domain;
    const target = new ApiGatewayv2DomainProperties(regionalDomainName, regionalHostedZoneId);
    new ARecord(this, 'Record', { zone, recordName, target: RecordTarget.fromAlias(target) });
  }
}
