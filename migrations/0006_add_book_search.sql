-- Full-text search over the catalogue. The index has its own content. Its rowid is the ISBN-13 as a number, so that a
-- trigger finds the entry of a book without a scan, and rebuilding the Books table cannot break the association.
--
-- The text is preprocessed for what unicode61 does not do. src/catalogue/storage/search-match.ts does the same to a user's query:
-- * letters that unicode61 distinguishes (l and l with stroke, alpha with and without tonos) are folded: BookSearchLetters;
-- * scripts that are written without spaces are indexed letter by letter, so that a phrase of letters finds any part;
-- * symbols that are newer than SQLite's tables, which treat them as letters, become spaces;
-- * a title ends in U+E000, a private-use character: a phrase from the start to this character matches the whole title.

CREATE TABLE BookSearchLetters (
  letter TEXT PRIMARY KEY NOT NULL,
  plain TEXT NOT NULL                       -- the indexed form; empty for marks that are usually omitted
) WITHOUT ROWID;

INSERT INTO BookSearchLetters (letter, plain)
WITH RECURSIVE
  written(plain, letters) AS (SELECT key, value FROM json_each('{
    "ae": "ÆæǢǣǼǽ", "d": "ÐðĐđƊɗ", "h": "Ħħ", "i": "ı", "ij": "Ĳĳ", "l": "ĿŀŁł", "ng": "Ŋŋ", "o": "ØøǾǿ",
    "oe": "Œœ", "ss": "ßẞ", "t": "Ŧŧ", "th": "Þþ", "e": "Əə", "ff": "ﬀ", "fi": "ﬁ", "fl": "ﬂ",
    "ffi": "ﬃ", "ffl": "ﬄ", "st": "ﬅﬆ", "α": "ΆάἀἁἂἃἄἅἆἇἈἉἊἋἌἍἎἏὰᾀᾁᾂᾃᾄᾅᾆᾇᾈᾉᾊᾋᾌᾍᾎᾏᾰᾱᾲᾳᾴᾶᾷᾸᾹᾺᾼ",
    "ε": "ΈέἐἑἒἓἔἕἘἙἚἛἜἝὲῈ", "η": "ΉήἠἡἢἣἤἥἦἧἨἩἪἫἬἭἮἯὴᾐᾑᾒᾓᾔᾕᾖᾗᾘᾙᾚᾛᾜᾝᾞᾟῂῃῄῆῇῊῌ",
    "ι": "ΊΐΪίϊἰἱἲἳἴἵἶἷἸἹἺἻἼἽἾἿὶῐῑῒῖῗῘῙῚ", "ο": "ΌόὀὁὂὃὄὅὈὉὊὋὌὍὸῸ", "ρ": "ῤῥῬ",
    "υ": "ΎΫΰϋύὐὑὒὓὔὕὖὗὙὛὝὟὺῠῡῢῦῧῨῩῪ", "ω": "ΏώὠὡὢὣὤὥὦὧὨὩὪὫὬὭὮὯὼᾠᾡᾢᾣᾤᾥᾦᾧᾨᾩᾪᾫᾬᾭᾮᾯῲῳῴῶῷῺῼ", "е": "ЀЁѐё",
    "г": "Ѓѓ", "і": "Її", "к": "Ќќ", "и": "ЍЙйѝ", "у": "Ўў", "ا": "آأإ", "و": "ؤ", "ي": "ئ"
  }')),
  split(plain, letter, rest) AS (
    SELECT plain, '', letters FROM written
    UNION ALL
    SELECT plain, substr(rest, 1, 1), substr(rest, 2) FROM split WHERE rest <> ''
  ),
  -- First and last code point: full-width digits and letters; Hebrew points, Arabic vowel signs and tatweel, keycaps,
  -- variation selectors.
  wide(code) AS (
    SELECT value FROM json_each('[65296, 65313, 65345]')
    UNION ALL
    SELECT code + 1 FROM wide WHERE code BETWEEN 65296 AND 65304 OR code BETWEEN 65313 AND 65337
                                 OR code BETWEEN 65345 AND 65369
  ),
  silent(code, last) AS (
    SELECT value ->> 0, value ->> 1 FROM json_each('[
      [1425, 1469], [1471, 1471], [1473, 1474], [1476, 1477], [1479, 1479],
      [1552, 1562], [1600, 1600], [1611, 1631], [1648, 1648],
      [8400, 8432], [65024, 65039], [917760, 917999]
    ]')
    UNION ALL
    SELECT code + 1, last FROM silent WHERE code < last
  )
SELECT letter, plain FROM split WHERE letter <> ''
UNION ALL
SELECT char(code), char(code - 65248) FROM wide
UNION ALL
SELECT char(code), '' FROM silent;

-- The indexed text of each book. The three texts are folded together, as one JSON array.
CREATE VIEW BookSearchText AS
SELECT
  CAST(isbn AS INTEGER) AS id,
  isbn,
  (folded ->> 0) || ' ' || char(57344) AS title,
  -- The title without subtitle and series, if it has them: a query for just this part also means this book.
  CASE WHEN instr(replace(folded ->> 0, ' (', ': '), ': ') > 1
    THEN substr(folded ->> 0, 1, instr(replace(folded ->> 0, ' (', ': '), ': ') - 1) || ' ' || char(57344)
  END AS main_title,
  folded ->> 1 AS subtitle,
  folded ->> 2 AS authors
FROM (
  SELECT isbn, CASE WHEN texts GLOB '*[^ -~]*' THEN (
      WITH RECURSIVE walk(rest, folded) AS (
        SELECT texts, ''
        UNION ALL
        SELECT substr(rest, 2), folded || CASE
          WHEN substr(rest, 1, 1) <= '~' THEN substr(rest, 1, 1)
          WHEN unicode(rest) BETWEEN 0x0E00 AND 0x0EFF          -- Thai, Lao
            OR unicode(rest) BETWEEN 0x1000 AND 0x109F          -- Burmese
            OR unicode(rest) BETWEEN 0x1780 AND 0x17FF          -- Khmer
            OR unicode(rest) BETWEEN 0x2E80 AND 0x9FFF          -- Chinese, Japanese
            OR unicode(rest) BETWEEN 0xAC00 AND 0xD7A3          -- Korean
            OR unicode(rest) BETWEEN 0xF900 AND 0xFAFF          -- Chinese
            OR unicode(rest) BETWEEN 0xFF66 AND 0xFF9F          -- Japanese, half width
            OR unicode(rest) BETWEEN 0x20000 AND 0x3FFFF        -- Chinese
            THEN ' ' || substr(rest, 1, 1) || ' '
          WHEN unicode(rest) BETWEEN 0x2000 AND 0x206F          -- punctuation
            OR unicode(rest) BETWEEN 0x20A0 AND 0x20CF          -- currencies
            OR unicode(rest) BETWEEN 0x2190 AND 0x23FF          -- arrows, technical
            OR unicode(rest) BETWEEN 0x2500 AND 0x2775          -- symbols
            OR unicode(rest) BETWEEN 0x2794 AND 0x2BFF          -- symbols
            OR unicode(rest) BETWEEN 0x2E00 AND 0x2E7F          -- punctuation
            OR unicode(rest) BETWEEN 0x1F10D AND 0x1FAFF        -- emoji
            THEN ' '
          ELSE coalesce(
            (SELECT plain FROM BookSearchLetters WHERE letter = substr(rest, 1, 1)),
            substr(rest, 1, 1))
        END
        FROM walk WHERE rest <> ''
      )
      SELECT folded FROM walk WHERE rest = ''
    ) ELSE texts END AS folded
  FROM (
    SELECT isbn, json_array(
      substr(title, 1, 500),
      CASE WHEN json_valid(canonical_metadata)
        THEN substr(canonical_metadata ->> '$.subtitle', 1, 500) END,
      CASE WHEN json_valid(authors)
        THEN (SELECT substr(group_concat(atom, ' '), 1, 1000) FROM json_each(Books.authors))
        ELSE substr(authors, 1, 1000) END
    ) AS texts
    FROM Books
    -- Any other value has no unique number in the index and is not a book.
    WHERE length(isbn) = 13 AND isbn NOT GLOB '*[^0-9]*'
  )
);

CREATE VIRTUAL TABLE BookSearch USING fts5(
  isbn UNINDEXED, title, main_title, subtitle, authors,
  tokenize = "unicode61 remove_diacritics 2 categories 'L* N* M* Co'",
  prefix = '1 2 3'
);

INSERT INTO BookSearch (rowid, isbn, title, main_title, subtitle, authors)
SELECT id, isbn, title, main_title, subtitle, authors FROM BookSearchText;

CREATE TRIGGER books_search_insert AFTER INSERT ON Books
BEGIN
  INSERT INTO BookSearch (rowid, isbn, title, main_title, subtitle, authors)
  SELECT id, isbn, title, main_title, subtitle, authors FROM BookSearchText WHERE isbn = NEW.isbn;
END;

CREATE TRIGGER books_search_delete AFTER DELETE ON Books
BEGIN
  DELETE FROM BookSearch WHERE rowid = CAST(OLD.isbn AS INTEGER);
END;

-- A refresh rarely changes the indexed values. If they are unchanged, the index is not written.
CREATE TRIGGER books_search_update AFTER UPDATE OF isbn, title, authors, canonical_metadata ON Books
WHEN OLD.isbn IS NOT NEW.isbn
  OR OLD.title IS NOT NEW.title
  OR OLD.authors IS NOT NEW.authors
  OR iif(json_valid(OLD.canonical_metadata), OLD.canonical_metadata ->> '$.subtitle', NULL)
     IS NOT iif(json_valid(NEW.canonical_metadata), NEW.canonical_metadata ->> '$.subtitle', NULL)
BEGIN
  DELETE FROM BookSearch WHERE rowid = CAST(OLD.isbn AS INTEGER);
  INSERT INTO BookSearch (rowid, isbn, title, main_title, subtitle, authors)
  SELECT id, isbn, title, main_title, subtitle, authors FROM BookSearchText WHERE isbn = NEW.isbn;
END;
