-- Who works on the books or rows of a job that wait for the providers, and until when (ms since the epoch).
ALTER TABLE ImportJobs ADD COLUMN lease_holder TEXT;
ALTER TABLE ImportJobs ADD COLUMN lease_until INTEGER;
