/** A failure to start that the user can fix. Only its message is printed, without a stack. */
export class LaunchError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "LaunchError";
  }
}
