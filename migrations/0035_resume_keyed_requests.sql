-- JSON: how far a request with many writes is, written with each of them; NULL for other requests. The request that adopts the key resumes
-- there.
ALTER TABLE IdempotencyKeys ADD COLUMN progress TEXT;
