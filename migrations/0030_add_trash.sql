-- What the trash of a user holds: entries of RemovedEntries with an image, and the bytes of these images. Triggers keep both, because
-- images come and go in many statements.
ALTER TABLE Shelves ADD COLUMN trash_entries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE Shelves ADD COLUMN trash_bytes INTEGER NOT NULL DEFAULT 0;

CREATE TRIGGER removed_entries_trashed AFTER INSERT ON RemovedEntries WHEN NEW.image IS NOT NULL BEGIN
  UPDATE Shelves SET trash_entries = trash_entries + 1, trash_bytes = trash_bytes + octet_length(NEW.image)
  WHERE user_id = NEW.user_id;
END;

CREATE TRIGGER removed_entries_retrashed AFTER UPDATE OF image ON RemovedEntries WHEN OLD.image IS NOT NEW.image BEGIN
  UPDATE Shelves SET
    trash_entries = trash_entries + (NEW.image IS NOT NULL) - (OLD.image IS NOT NULL),
    trash_bytes = trash_bytes + coalesce(octet_length(NEW.image), 0) - coalesce(octet_length(OLD.image), 0)
  WHERE user_id = NEW.user_id;
END;

CREATE TRIGGER removed_entries_untrashed AFTER DELETE ON RemovedEntries WHEN OLD.image IS NOT NULL BEGIN
  UPDATE Shelves SET trash_entries = trash_entries - 1, trash_bytes = trash_bytes - octet_length(OLD.image)
  WHERE user_id = OLD.user_id;
END;

-- A user's trash in its order. The condition is that of idx_removed_entries_trash.
CREATE INDEX idx_removed_entries_user_trash
  ON RemovedEntries(user_id, trashed_until, isbn) WHERE trashed_until IS NOT NULL;
