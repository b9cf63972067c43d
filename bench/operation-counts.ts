/** What requests did to D1 and KV since the counts were last read. */
export interface OperationCounts {
  /** By verb and table, such as `SELECT Books`. */
  readonly d1Statements: Readonly<Record<string, number>>;
  /** A read of several keys is one operation. */
  readonly kvReads: number;
  readonly kvWrites: number;
  /** Answers that left while the KV write of their book was still under way. */
  readonly answeredBeforeKvWrite: number;
}

/** What moving keys from KV to D1 cost. */
export interface MigrationOperations {
  readonly moved: number;
  /** A read of several keys is one operation. */
  readonly kvReads: number;
  /** A batch is one call. */
  readonly d1Calls: number;
  readonly d1Batches: number;
}
