-- A shelf follows every field of a book that its user is shown, not only those that it is sorted by.
DROP TRIGGER IF EXISTS shelves_follow_books;
CREATE TRIGGER shelves_follow_books AFTER UPDATE OF canonical_metadata, title, authors, publication_year ON Books
WHEN (
  OLD.title IS NOT NEW.title OR OLD.authors IS NOT NEW.authors OR OLD.publication_year IS NOT NEW.publication_year
  OR iif(json_valid(OLD.canonical_metadata), json_remove(OLD.canonical_metadata, '$.sources', '$.updatedAt'), OLD.canonical_metadata)
     IS NOT iif(json_valid(NEW.canonical_metadata), json_remove(NEW.canonical_metadata, '$.sources', '$.updatedAt'), NEW.canonical_metadata)
) AND EXISTS (SELECT 1 FROM UserLibrary WHERE isbn = NEW.isbn)
BEGIN
  INSERT INTO ShelfRefreshes (isbn) VALUES (NEW.isbn) ON CONFLICT DO NOTHING;
END;
