/** A released version. */
export interface Release {
  readonly version: string;
  /** Its last migration. */
  readonly lastMigration: string;
}

/** Every released version, oldest first. Each later version starts on their data. */
export const RELEASES: readonly Release[] = [
  { version: "0.1.0", lastMigration: "0014_index_twins.sql" },
];
