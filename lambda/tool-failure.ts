/** A failure to report to the model. `message` is a sentence that it can act on. */
export class ToolFailure extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ToolFailure';
  }
}

/** A failure of the arguments themselves: they do not fit the tool's schema, so that the tool did not run. */
export class ArgumentFailure extends ToolFailure {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ArgumentFailure';
  }
}
