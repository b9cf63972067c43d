/** Ports of a user's Durable Object of change streams. */
export interface ChangeHubWork {
  /** Starts or stops announcing the user's writes. */
  setListening(userId: string, isListening: boolean): Promise<void>;
  /** Maximum number of concurrent streams of one account. */
  readonly maxStreams: number;
}

/** Header with the user of a stream, because a Durable Object does not know its own name. */
export const USER_HEADER = "X-User";
