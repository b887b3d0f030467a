/** The settings as they were given, before anything is known of them. */
export type Given = Readonly<Record<string, unknown>>;

/** What Lambda leaves to the functions of an account that reserve nothing (AWS Lambda developer guide, concurrency). */
const unreserved = 100;

/** What is wrong between settings that are right by themselves. */
export interface Contradictions {
  /** Settings that others need. */
  readonly missing: readonly string[];
  /** Sentences that say what to change. */
  readonly conflicts: readonly string[];
}

/** Finds settings that need others which are not given, and settings that exclude each other. */
export function findContradictions(given: Given): Contradictions {
  const found = [
    findAuthorizationServer,
    findRegistration,
    findOrganizations,
    findCustomDomain,
    findConcurrency,
    findIsolation,
    findRegions,
  ].map((find) => find(given));
  return {
    missing: found.flatMap(({ missing }) => missing),
    conflicts: found.flatMap(({ conflicts }) => conflicts),
  };
}

/** Where the keys come from is said either by Casdoor's origin or by the issuer's own URLs. */
function findAuthorizationServer(given: Given): Contradictions {
  const isCasdoor = given.tokenProfile !== 'rfc9068';
  const needed = isCasdoor ? ['casdoorUrl'] : ['issuer', 'jwksUrl'];
  const unfit = isCasdoor
    ? [
        ...['issuer', 'jwksUrl', 'audience', 'scopePrefix'],
        ...['clientClaim', 'userMark', 'organizationClaim'],
      ]
    : ['casdoorUrl', 'casdoorApplication'];
  const profile = isCasdoor ? 'casdoor' : 'rfc9068';
  return {
    missing: needed.filter((name) => given[name] === undefined),
    conflicts: unfit
      .filter((name) => given[name] !== undefined)
      .map((name) => `remove ${name}, it does not go with tokenProfile ${profile}`),
  };
}

/** The bridge hands out one client id, and has to know where another server than Casdoor signs people in. */
function findRegistration({ allowedClientIds: allowed, ...given }: Given): Contradictions {
  const isBridge = given.clientRegistration === 'bridge';
  const needed = ['publicClientId'];
  if (given.tokenProfile === 'rfc9068') needed.push('authorizationEndpoint', 'tokenEndpoint');
  const ofBridge = ['allowedRedirectUris', 'authorizationEndpoint', 'tokenEndpoint'];
  const conflicts = isBridge
    ? []
    : ofBridge
        .filter((name) => given[name] !== undefined)
        .map((name) => `remove ${name}, it goes with clientRegistration bridge only`);
  const ids = Array.isArray(allowed) ? allowed : String(allowed ?? '').split(/[\s,]+/);
  if (given.publicClientId && allowed !== undefined && !ids.includes(given.publicClientId))
    conflicts.push(`add publicClientId to allowedClientIds, which refuses its tokens without it`);
  return { missing: isBridge ? needed.filter((name) => given[name] === undefined) : [], conflicts };
}

/** A custom domain is a name with a certificate, or with the zone that proves one; a zone is an id and a name. */
function findCustomDomain({ domainName, certificateArn, hostedZoneId, hostedZoneName, ...given }: Given) {
  const missing: string[] = [];
  const conflicts: string[] = [];
  const isAnyGiven = [domainName, certificateArn, hostedZoneId, hostedZoneName].some(Boolean);
  if (isAnyGiven && !domainName) missing.push('domainName');
  if (hostedZoneId && !hostedZoneName) missing.push('hostedZoneName');
  if (hostedZoneName && !hostedZoneId) missing.push('hostedZoneId');
  if (domainName && !certificateArn && !hostedZoneId && !hostedZoneName) missing.push('certificateArn');
  if (domainName && hostedZoneName && !`.${domainName}`.endsWith(`.${hostedZoneName}`))
    conflicts.push(
      `set domainName to a name in the zone ${hostedZoneName}, got ${JSON.stringify(domainName)}`,
    );
  if (domainName && given.publicUrl) conflicts.push('remove publicUrl, domainName already says what it is');
  return { missing, conflicts };
}

/** What is kept for the MCP function is taken from the account's executions, of which Lambda keeps some back. */
function findConcurrency(given: Given): Contradictions {
  const { reservedConcurrency, provisionedConcurrency, accountConcurrency = 1000 } = given;
  const conflicts: string[] = [];
  if (Number(reservedConcurrency) < Number(provisionedConcurrency))
    conflicts.push(
      `set provisionedConcurrency to at most reservedConcurrency (${reservedConcurrency}), got ${provisionedConcurrency}`,
    );
  const most = Number(accountConcurrency) - unreserved;
  const why = `Lambda leaves ${unreserved} of accountConcurrency (${accountConcurrency}) unreserved`;
  for (const name of ['reservedConcurrency', 'provisionedConcurrency']) {
    if (!(Number(given[name]) > most)) continue;
    conflicts.push(
      most < 1 ? `remove ${name}, ${why}` : `set ${name} to at most ${most}, ${why}, got ${given[name]}`,
    );
  }
  return { missing: [], conflicts };
}

/** The bucket and the API are of one region, and so is what they use. */
function findRegions({ kmsKeyArn, certificateArn }: Given): Contradictions {
  const [ofKey, ofCertificate] = [kmsKeyArn, certificateArn].map((arn) => String(arn).split(':')[3]);
  const isOther = ofKey && ofCertificate && ofKey !== ofCertificate;
  const conflict = `set kmsKeyArn and certificateArn to ARNs of one region, got ${ofKey} and ${ofCertificate}`;
  return { missing: [], conflicts: isOther ? [conflict] : [] };
}

/** Only Casdoor's tokens are known to name an organization. */
function findOrganizations({ tokenProfile, organizationClaim, fileRoots, allowedOrganizations }: Given) {
  const isUnknown = tokenProfile === 'rfc9068' && organizationClaim === undefined;
  const users = [
    ...(fileRoots === 'organization' ? ['fileRoots organization'] : []),
    ...(allowedOrganizations === undefined ? [] : ['allowedOrganizations']),
  ];
  return {
    missing: [],
    conflicts: isUnknown
      ? users.map((user) => `set organizationClaim to the claim that names it, ${user} needs one`)
      : [],
  };
}

/** Files that all share have no owner whom a policy could name. */
function findIsolation({ isolation, fileRoots = 'shared' }: Given): Contradictions {
  const isShared = isolation === 'iam' && fileRoots === 'shared';
  return {
    missing: [],
    conflicts: isShared
      ? ['set fileRoots to organization or user, isolation iam does not go with shared']
      : [],
  };
}
