-- When the reader put a waiting row's book on his shelf, as its file says: seconds since the epoch.
ALTER TABLE ReviewQueue ADD COLUMN added_at INTEGER;

-- Rows that already wait: their imports still know, as long as they can be undone.
UPDATE ReviewQueue SET added_at = (
  SELECT filed ->> '$.addedAt' FROM ImportRows
  WHERE ImportRows.job_id = ReviewQueue.job_id AND ImportRows.row = ReviewQueue.row
    AND ImportRows.row_hash = ReviewQueue.row_hash
)
WHERE state = 'open';
