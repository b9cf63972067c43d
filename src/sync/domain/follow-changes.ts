/** Ports of `followChanges`. */
export interface FollowDeps {
  /** The number of the user's latest write. */
  readSeq(): Promise<number>;
  /**
   * Waits for announced numbers; an empty list is a prompt to read the latest. Returns undefined
   * when the follower has disconnected or has reached its maximum duration.
   */
  next(): Promise<readonly number[] | undefined>;
  /** Sends a number. Returns `false` when the follower has disconnected. */
  send(seq: number): Promise<boolean>;
}

/**
 * Sends a follower the number of the latest write, initially and whenever it has increased. The
 * follower must be connected to the announcements before this call, so that no write is missed.
 */
export async function followChanges({ readSeq, next, send }: FollowDeps): Promise<void> {
  let sent = await readSeq();
  if (!(await send(sent))) return;
  for (;;) {
    const announced = await next();
    if (announced === undefined) return;
    const newest = announced.length > 0 ? Math.max(...announced) : await readSeq();
    if (newest <= sent) continue;
    sent = newest;
    if (!(await send(sent))) return;
  }
}
