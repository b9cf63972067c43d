-- may_return: 1 for a tombstone that an import of the same progress brings back, because it was removed with its book or by the undo of
-- an import. NULL for all others: progress that its user has deleted stays deleted.
ALTER TABLE Progress ADD COLUMN may_return INTEGER;

DROP TRIGGER removed_entries_forgotten;

-- Progress that was removed with an entry keeps its values as long as the trash holds the entry.
CREATE TRIGGER removed_entries_forgotten AFTER UPDATE OF image ON RemovedEntries
WHEN OLD.image IS NOT NULL AND NEW.image IS NULL BEGIN
  UPDATE Progress SET page = NULL, percent = NULL, minutes = NULL, note = NULL, may_return = 1
  WHERE user_id = OLD.user_id AND isbn = OLD.isbn AND removed_at = OLD.removed_at
    AND coalesce(page, percent, minutes) IS NOT NULL;
END;

-- unset_version: the version at which the undo of an import has restored the default. While it is the version of the row, the account
-- counts as one without the setting.
ALTER TABLE Settings ADD COLUMN unset_version INTEGER;
