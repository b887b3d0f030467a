/** What a model reads about a path instead of "none", with the remedy. */
export function toNothingThere(path: string): string {
  return `There is nothing at "${path}": call list_files without path to see what is there.`;
}
