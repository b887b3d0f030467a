import { readWords, WrongUsage } from '../terminal/command.ts';

/** What is to be brought back, and to when. */
export interface Command {
  readonly bucket: string;
  /** What the keys begin with. */
  readonly prefix: string;
  readonly to: Date;
  /** False for a dry run. */
  readonly isApplied: boolean;
  /** Whether one JSON document is wanted in place of lines. */
  readonly isJson: boolean;
  /** Whether an error is told with its stack. */
  readonly isVerbose: boolean;
}

/** What `--help` prints, and wrong usage too. */
export const help = `Brings the files below a prefix of a versioned bucket back to a point in time: what was changed or deleted
since is copied from its version of then, what did not exist then is deleted. Versions are only added.

  npm run --silent restore -- --bucket BUCKET --prefix PREFIX --to TIME [--apply] [--json] [--verbose]

  --bucket   the output FilesBucket of the deployment
  --prefix   what the keys begin with, such as files/ or files/shared/notes/
  --to       a time of the past with its zone, such as 2026-11-20T00:00:00Z; S3 tells whole seconds
  --apply    do it; without it, what would be done is printed and nothing is changed
  --json     one JSON document with all changes, at the end
  --verbose  tell where an error comes from

The time is printed first. Who changed a file meanwhile keeps their change: it is skipped and named. So is a file
that was overwritten after TIME while the bucket kept no versions (its version id is null): what it was then is
gone, so nothing is deleted or put in its place. Run it again to go on after an interruption. Credentials, region
and endpoint are those of the AWS SDK (AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL_S3). Exit code: 0 when all went
well, 1 when something was skipped or failed, 2 when it did not begin.
`;

/** Reads the command line; undefined when help is wanted. Throws `WrongUsage`. */
export function readCommand(words: readonly string[], now: Date): Command | undefined {
  const { values } = readWords(words, {
    bucket: { type: 'string' },
    prefix: { type: 'string' },
    to: { type: 'string' },
    apply: { type: 'boolean', default: false },
  });
  const { bucket, prefix, to, apply, json, verbose } = values;
  if (values.help) return undefined;
  if (!bucket) throw new WrongUsage('name the bucket with --bucket');
  if (!prefix) throw new WrongUsage('say what the keys begin with by --prefix, such as files/ for all files');
  return { bucket, prefix, to: readTime(to ?? '', now), isApplied: apply, isJson: json, isVerbose: verbose };
}

/** Without a zone a time would mean another one on every machine. */
function readTime(text: string, now: Date): Date {
  const time = new Date(text);
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  if (isTime && isDay(text.slice(0, 10)) && time.getTime() <= now.getTime()) return time;
  throw new WrongUsage(
    `set --to to a time of the past with its zone, such as 2026-11-20T00:00:00Z, got "${text}"`,
  );
}

/** JavaScript takes 31 February for 3 March. */
function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
