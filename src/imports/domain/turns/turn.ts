/**
 * How much work one turn may do. `alone`: as much as is efficient; `shared`: less, because other
 * imports are waiting; `gentle`: very little, followed by a pause, because users are being served.
 */
export type Pace = "alone" | "shared" | "gentle";

/** An import's turn to use the database and the thread of the isolate. */
export interface Turn {
  readonly pace: Pace;
  /** Ends the turn, so that the next one can begin. */
  end(): void;
}

/** Waits for a turn of an account. Never throws. */
export type TakeTurn = (userId: string) => Promise<Turn>;

/** Runs work in a turn of an account. @throws whatever the work throws */
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
