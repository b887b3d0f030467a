/** What a function is, in the words of its CloudFormation resource. */
export type FunctionDefinition = {
  name: string;
  /** Holds the code. */
  directory: string;
  /** `index.handler` is the export `handler` of `index.js`, `index.mjs` or `index.cjs`. */
  handler: string;
  environment: Record<string, string>;
  /** MB. */
  memorySize: number;
  timeoutSeconds: number;
};
