/** Whether an error of the file system or of SQLite means that there is no space left. */
export function isFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? error.code : undefined;
  return (
    code === "ENOSPC" ||
    code === "EDQUOT" ||
    error.message.includes("database or disk is full") ||
    isFull(error.cause)
  );
}

/** The text of an error. */
export const reason = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
