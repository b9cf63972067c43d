-- When the user added the book of a waiting row to their shelf, according to the file: seconds since the epoch.
ALTER TABLE ReviewQueue ADD COLUMN added_at INTEGER;

-- For rows that already wait, the rows of their imports contain the date, as long as the import can be undone.
UPDATE ReviewQueue SET added_at = (
  SELECT filed ->> '$.addedAt' FROM ImportRows
  WHERE ImportRows.job_id = ReviewQueue.job_id AND ImportRows.row = ReviewQueue.row
    AND ImportRows.row_hash = ReviewQueue.row_hash
)
WHERE state = 'open';
