-- facets: JSON of the counts of a slice for the facets of a shelf; NULL while they are not current. Any release that marks the
-- slice due, or splits it, drops them.
ALTER TABLE ShelfSlices ADD COLUMN facets TEXT;

CREATE TRIGGER facets_follow_entries AFTER UPDATE OF due ON ShelfSlices
WHEN NEW.due <> 0 AND NEW.facets IS NOT NULL
BEGIN
  UPDATE ShelfSlices SET facets = NULL WHERE user_id = NEW.user_id AND from_isbn = NEW.from_isbn;
END;

CREATE TRIGGER facets_follow_splits AFTER INSERT ON ShelfSlices
BEGIN
  UPDATE ShelfSlices SET facets = NULL
  WHERE user_id = NEW.user_id AND facets IS NOT NULL AND from_isbn = (
    SELECT max(from_isbn) FROM ShelfSlices WHERE user_id = NEW.user_id AND from_isbn < NEW.from_isbn
  );
END;
