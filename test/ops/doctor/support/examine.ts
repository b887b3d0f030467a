import { runDoctor } from '../../../../ops/doctor/doctor.ts';
import type { Finding } from '../../../../ops/doctor/finding.ts';

/** What the doctor said, by the name of the check. */
export interface Report {
  readonly exitCode: number;
  readonly url: string;
  readonly summary: Readonly<Record<string, number>>;
  readonly findings: Readonly<Record<string, Finding>>;
  /** The output as it was printed. */
  readonly text: string;
}

/** Runs the doctor with `--json` and reads its document. */
export async function examine(url: string, ...options: readonly string[]): Promise<Report> {
  let text = '';
  const exitCode = await runDoctor([url, '--json', ...options], {
    variables: {},
    isColoured: false,
    print: (part) => {
      text += part;
    },
    complain: (part) => {
      throw new Error(part);
    },
  });
  const document: { url: string; summary: Report['summary']; results: ({ name: string } & Finding)[] } =
    JSON.parse(text);
  const findings = Object.fromEntries(document.results.map(({ name, ...finding }) => [name, finding]));
  return { exitCode, url: document.url, summary: document.summary, findings, text };
}

/** The names of the checks that went so. */
export function namesOf({ findings }: Report, status: Finding['status']): readonly string[] {
  return Object.keys(findings).filter((name) => findings[name]?.status === status);
}
