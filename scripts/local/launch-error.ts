/** A reason not to start that the person at the terminal can act on: the text is printed alone, without a stack. */
export class LaunchError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "LaunchError";
  }
}
