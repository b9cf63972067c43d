-- When it was checked last whether the account is empty and idle; ms since the epoch.
ALTER TABLE Users ADD COLUMN checked_at INTEGER NOT NULL DEFAULT 0;

CREATE INDEX idx_users_checked ON Users(checked_at);

-- Finds rows that have been waiting for too long.
CREATE INDEX idx_review_queue_age ON ReviewQueue(created_at) WHERE state = 'open';
