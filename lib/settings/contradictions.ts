/** The settings as they were given, before anything is known of them. */
export type Given = Readonly<Record<string, unknown>>;

/** What is left of 4 KB for lists, in characters, when everything else has its place. */
const maxListLength = 2500;

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
    findCustomDomain,
    findConcurrency,
    findIsolation,
    findLongLists,
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
    ? ['issuer', 'jwksUrl', 'audience', 'scopePrefix']
    : ['casdoorUrl', 'casdoorApplication', 'allowedOrganizations'];
  const profile = isCasdoor ? 'casdoor' : 'rfc9068';
  return {
    missing: needed.filter((name) => given[name] === undefined),
    conflicts: unfit
      .filter((name) => given[name] !== undefined)
      .map((name) => `remove ${name}, it does not go with tokenProfile ${profile}`),
  };
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

function findConcurrency({ reservedConcurrency, provisionedConcurrency }: Given): Contradictions {
  const isEnough =
    !reservedConcurrency ||
    !provisionedConcurrency ||
    Number(reservedConcurrency) >= Number(provisionedConcurrency);
  const conflict = `set provisionedConcurrency to at most reservedConcurrency (${reservedConcurrency}), got ${provisionedConcurrency}`;
  return { missing: [], conflicts: isEnough ? [] : [conflict] };
}

/** Lists become variables of a function, which holds 4 KB of them in all (AWS Lambda developer guide, quotas). */
function findLongLists(given: Given): Contradictions {
  const lists = ['allowedClientIds', 'allowedOrganizations', 'machineClientIds', 'allowedOrigins'];
  const length = lists.map((name) => String(given[name] ?? '')).join(' ').length;
  const conflict = `set ${lists.join(', ')} to at most ${maxListLength} characters together, which is what the variables of a Lambda function hold, got ${length}`;
  return { missing: [], conflicts: length > maxListLength ? [conflict] : [] };
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
