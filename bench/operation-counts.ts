/** Operations since the counts were last read. */
export interface OperationCounts {
  /** By verb and table, such as `SELECT Books`. */
  readonly d1Statements: Readonly<Record<string, number>>;
  /** As D1 counts them, including index entries. */
  readonly d1RowsRead: number;
  readonly d1RowsWritten: number;
  /** A read of several keys is one operation. */
  readonly kvReads: number;
  readonly kvWrites: number;
  /** Calls to Durable Objects, without their alarms. */
  readonly objectCalls: number;
  /** Messages sent to queues. */
  readonly messages: number;
  /** Responses sent while the KV write of their book was still running. */
  readonly answeredBeforeKvWrite: number;
}

/** Operations of a migration from KV to D1. */
export interface MigrationOperations {
  readonly moved: number;
  /** A read of several keys is one operation. */
  readonly kvReads: number;
  /** As D1 counts them, including index entries. */
  readonly d1RowsRead: number;
  readonly d1RowsWritten: number;
  /** A batch is one call. */
  readonly d1Calls: number;
  readonly d1Batches: number;
}
