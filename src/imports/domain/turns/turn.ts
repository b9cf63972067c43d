/**
 * How much work one turn may do. `alone`: as much as is efficient; `shared`: less, because other imports wait for their turns;
 * `gentle`: very little, because users wait for responses, and a rest follows.
 */
export type Pace = "alone" | "shared" | "gentle";

/** A turn of an import at the database and at the thread of the isolate. */
export interface Turn {
  readonly pace: Pace;
  /** Ends the turn, so that the next one can begin. */
  end(): void;
}

/** Waits for a turn of an account. Never throws. */
export type TakeTurn = (userId: string) => Promise<Turn>;

/** Does work in a turn of an account. @throws whatever the work throws */
export async function inTurn<Result>(
  userId: string,
  takeTurn: TakeTurn,
  work: (pace: Pace) => Promise<Result>,
): Promise<Result> {
  const turn = await takeTurn(userId);
  try {
    return await work(turn.pace);
  } finally {
    turn.end();
  }
}
