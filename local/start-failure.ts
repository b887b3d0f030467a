/** What keeps the local stack from starting and a person can mend: its message says how, and is all they need. */
export class StartFailure extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StartFailure';
  }
}
