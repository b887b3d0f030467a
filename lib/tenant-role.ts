import { ArnPrincipal, type IRole, type PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/** Whom a tenant role serves, and with what. */
export interface TenantRoleProps {
  /** The role of the function, the only one that may take the tenant role on. It needs no rights to files. */
  readonly assumedBy: IRole;
  /** What the tools do to files, whoever calls. The function cuts each session down to its caller's root. */
  readonly statements: readonly PolicyStatement[];
}

/**
 * The role under which the function uses the files of one caller at a time: IAM then keeps the callers apart,
 * even if the function's own code fails to.
 */
export class TenantRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, { assumedBy, statements }: TenantRoleProps) {
    super(scope, id);
    this.role = new Role(this, 'Role', {
      description: 'The files of one caller, by a session policy',
      assumedBy: new ArnPrincipal(assumedBy.roleArn),
    });
    for (const statement of statements) this.role.addToPolicy(statement);
    this.role.grantAssumeRole(assumedBy.grantPrincipal);
  }
}
