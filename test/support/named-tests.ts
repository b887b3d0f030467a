/** The row of a table that says which test shows what it promises. */
export interface NamedTest {
  /** The row as it is written. */
  readonly row: string;
  /** The path of the test's file, or undefined where the last column names no test. */
  readonly file: string | undefined;
  /** What the title of the test holds. */
  readonly title: string | undefined;
}

/** Reads the rows of a Markdown table whose first column is called `heading` and whose last names a test. */
export function readNamedTests(markdown: string, heading: string): NamedTest[] {
  const rows = markdown.split('\n').filter((line) => line.startsWith('| '));
  return rows
    .filter((row) => !row.startsWith(`| ${heading} |`) && !row.startsWith('| ---'))
    .map((row) => {
      const [, file, title] = /`(test\/[^`]+)` "([^"]+)" \|$/.exec(row) ?? [];
      return { row, file, title };
    });
}
