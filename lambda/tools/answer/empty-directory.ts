import { type NearestContext, nameNearest } from './nearest-files.ts';

/** What a model reads about a path instead of "none", with the remedy. */
export function toNothingThere(path: string): string {
  return `There is nothing at "${path}": call list_files without path to see what is there.`;
}

/** The same for the one path of a call, with similar names. */
export async function explainNothing(path: string, context: NearestContext): Promise<string> {
  const nearest = await nameNearest(path, context);
  return `${toNothingThere(path)}${nearest && ` Similar names: ${nearest}.`}`;
}
