/** Ports of a user's Durable Object of change streams. */
export interface ChangeHubWork {
  /** Lets writes of the user be announced from now on, or no more. */
  setListening(userId: string, isListening: boolean): Promise<void>;
  /** Maximum number of concurrent streams of one account. */
  readonly maxStreams: number;
}

/** Header with the user of a stream: a Durable Object does not know its name. */
export const USER_HEADER = "X-User";
