/** What requests did to D1 and KV since the counts were last read. */
export interface OperationCounts {
  /** By verb and table, such as `SELECT Books`. */
  readonly d1Statements: Readonly<Record<string, number>>;
  /** As D1 counts them, entries of indexes among them. */
  readonly d1RowsRead: number;
  readonly d1RowsWritten: number;
  /** A read of several keys is one operation. */
  readonly kvReads: number;
  readonly kvWrites: number;
  /** Calls to Durable Objects; their alarms are not among them. */
  readonly objectCalls: number;
  /** Messages sent to queues. */
  readonly messages: number;
  /** Answers that left while the KV write of their book was still under way. */
  readonly answeredBeforeKvWrite: number;
}

/** What moving keys from KV to D1 cost. */
export interface MigrationOperations {
  readonly moved: number;
  /** A read of several keys is one operation. */
  readonly kvReads: number;
  /** As D1 counts them, entries of indexes among them. */
  readonly d1RowsRead: number;
  readonly d1RowsWritten: number;
  /** A batch is one call. */
  readonly d1Calls: number;
  readonly d1Batches: number;
}
