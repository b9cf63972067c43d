import { describe, expect, it } from "vitest";
import { readFile } from "../../../../test/support/imports/read-file.ts";
import { rowsOf, type Cells } from "../../../../test/support/imports/rows-of.ts";
import { statusOf } from "./statuses.ts";

describe("words for a status", () => {
  it.each([
    [
      "want_to_read",
      "Wunschliste|Pile à lire|Pendiente|Da leggere|Te lezen|Quero ler|Chcę przeczytać|Vill läsa|Хочу прочитать|読みたい|積読|想读|待讀|읽고 싶은|okunacak|Chci číst|Várólista|Haluan lukea|Θέλω να διαβάσω|To Be Read (TBR)|Noriu perskaityti|Gribu izlasīt|Tahan lugeda|Vreau să citesc|Želim pročitati|Искам да прочета|Хочу прочитати|أريد قراءته|רוצה לקרוא|Muốn đọc",
    ],
    [
      "reading",
      "Lese ich gerade|Lecture en cours|Leyendo|In lettura|Aan het lezen|Relendo|Czytam|Läser nu|Читаю|いま読んでる|在读|正在讀|읽는 중|okuyorum|Právě čtu|Épp olvasom|Luen nyt|Διαβάζω|Re-reading|Currently Reading 📖|Skaitau|Lasu|Loen|Citesc|Čitam|Чета|Зараз читаю|أقرأ حاليًا|קורא כעת|Đang đọc",
    ],
    [
      "completed",
      "Gelesen|Lu|Leído|Letto|Gelezen|Lido|Przeczytane|Läst|Прочитано|読み終わった|读过|已讀|읽음|okundu|Přečteno|Elolvastam|Luettu|Διαβασμένο|✅ Read|Finished|Perskaityta|Izlasīts|Loetud|Citită|Pročitano|Прочетена|مقروء|קראתי|Đã đọc|Llegit|Sudah dibaca",
    ],
    [
      "paused",
      "Pausiert|En pause|En pausa|In pausa|Wstrzymane|Отложено|中断|搁置|보류|beklemede|Pozastaveno|Félretettem|Tauolla|Σε παύση|On-Hold",
    ],
    [
      "abandoned",
      "Did not finish (DNF)|DNF (did not finish)|Abgebrochen|Abandonné|Abandonei|Abbandonato|Porzucone|Брошено|挫折|弃读|포기|yarım bırakıldı|Nedočteno|Félbehagyott|Jäi kesken|Παράτησα|Nebaigta|Pamests|Katkestatud|Abandonată|Odustala|Изоставена|Покинуто|لم أكمله|נטשתי|Bỏ dở",
    ],
  ])("%s: %s", (status, words) => {
    expect(words.split("|").map((word) => [word, statusOf(word)])).toEqual(
      words.split("|").map((word) => [word, status]),
    );
  });

  it("are not a status if they are ambiguous or empty", () => {
    expect(["Read / Unread", "Bedroom", "Lent (Ann)", ""].map(statusOf)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("can be mapped by the caller", async () => {
    const text = "Title,Status\nA,Bedroom\nB,Lese ich\nC,read";
    const statusMapping = { bedroom: "completed", "Lese ich": "paused", read: "none" } as const;
    const { rows, assumptions } = await readFile(text, { statusMapping });
    expect(rows.map(({ entry }) => entry)).toEqual([
      { status: "completed" },
      { status: "paused" },
      { tags: ["read"] },
    ]);
    expect(assumptions.map(({ name, value, confidence }) => [name, value, confidence])).toEqual([
      ["Bedroom", "completed", 1],
      ["Lese ich", "paused", 1],
      ["read", "none", 1],
    ]);
  });
});

const entryOf = (cells: Cells) => rowsOf("none", cells)[0]?.entry;

describe("a column for whether a book was read", () => {
  it.each([
    ["Read?", "yes", "completed"],
    ["Read", "1", "completed"],
    ["Read it", "TRUE", "completed"],
    ["Gelesen", "ja", "completed"],
    ["Lu", "oui", "completed"],
    ["Leído", "sí", "completed"],
    ["Прочитано", "да", "completed"],
    ["読了", "○", "completed"],
    ["Read?", "✓", "completed"],
    ["Read?", "no", "want_to_read"],
    ["Gelesen", "nein", "want_to_read"],
    ["Read?", "", undefined],
    ["Read?", "Not yet", "want_to_read"],
    ["Read?", "currently reading", "reading"],
  ])("%s: %j is %s", (column, cell, status) => {
    expect(entryOf({ Title: "A", Author: "B", [column]: cell })).toEqual(
      status === undefined ? {} : { status },
    );
  });

  it("can contain the date or the number of readings", () => {
    expect(entryOf({ Title: "A", Read: "2021-03-05" })).toEqual({
      status: "completed",
      readings: [{ finishedAt: "2021-03-05" }],
    });
    expect(entryOf({ Title: "A", Read: "2" })).toMatchObject({
      status: "completed",
      readings: [{}, {}],
    });
  });

  it("yields to a status, and to reading dates if it says no", () => {
    expect(entryOf({ Title: "A", "Read?": "no", Status: "DNF" })?.status).toBe("abandoned");
    expect(entryOf({ Title: "A", "Read?": "no", "Date started": "2021-03-05" })?.status).toBe(
      "reading",
    );
  });
});

it("treats an empty status with a read date as read", () => {
  expect(entryOf({ Title: "A", Status: "", "Date read": "2021-03-05" })?.status).toBe("completed");
});

const BOOK = ["Dune", "Frank Herbert", "9780441172719", "5", "Ace", "1990"] as const;

describe("the columns of a table", () => {
  it.each([
    ["Russian", "Название;Автор;ISBN;Оценка;Издательство;Год издания"],
    ["Ukrainian", "Назва;Автор;ISBN;Оцінка;Видавництво;Рік видання"],
    ["Japanese", "タイトル;著者;ISBN;評価;出版社;発行年"],
    ["simplified Chinese", "书名;作者;ISBN;评分;出版社;年份"],
    ["traditional Chinese", "書名;作者;ISBN;評分;出版社;年份"],
    ["Korean", "제목;저자;ISBN;평점;출판사;출판년도"],
    ["Turkish", "Kitap Adı;Yazar;ISBN;Puan;Yayınevi;Yayın Yılı"],
    ["Czech", "Název;Autor;ISBN;Hodnocení;Nakladatelství;Rok vydání"],
    ["Slovak", "Názov;Autor;ISBN;Hodnotenie;Vydavateľstvo;Rok vydania"],
    ["Hungarian", "Cím;Szerző;ISBN;Értékelés;Kiadó;Kiadás éve"],
    ["Finnish", "Nimi;Kirjailija;ISBN;Arvosana;Kustantaja;Julkaisuvuosi"],
    ["Greek", "Τίτλος;Συγγραφέας;ISBN;Βαθμολογία;Εκδόσεις;Έτος έκδοσης"],
    ["Lithuanian", "Pavadinimas;Autorius;ISBN;Įvertinimas;Leidykla;Metai"],
    ["Latvian", "Nosaukums;Autors;ISBN;Vērtējums;Izdevniecība;Izdošanas gads"],
    ["Estonian", "Pealkiri;Autor;ISBN;Hinnang;Kirjastus;Ilmumisaasta"],
    ["Romanian", "Titlu;Autor;ISBN;Notă;Editura;Anul apariției"],
    ["Croatian", "Naslov;Autor;ISBN;Ocjena;Nakladnik;Godina izdanja"],
    ["Bulgarian", "Заглавие;Автор;ISBN;Оценка;Издателство;Година на издаване"],
    ["Catalan", "Títol;Autor;ISBN;Puntuació;Editorial;Any de publicació"],
    ["Indonesian", "Judul Buku;Penulis;ISBN;Penilaian;Penerbit;Tahun Terbit"],
    ["Arabic", "العنوان;المؤلف;ISBN;التقييم;الناشر;سنة النشر"],
    ["Hebrew", "כותרת;מחבר;ISBN;דירוג;הוצאה לאור;שנת הוצאה"],
    ["Vietnamese", "Tên sách;Tác giả;ISBN;Đánh giá;Nhà xuất bản;Năm xuất bản"],
  ])("are known in %s", async (_language, header) => {
    const { detection, rows } = await readFile(`${header}\n${BOOK.join(";")}\n`);
    expect(detection.format).toBe("list");
    expect(rows[0]).toMatchObject({
      verdict: { kind: "shelve", isbn: BOOK[2] },
      book: { title: "Dune", authors: ["Frank Herbert"], publisher: "Ace", publicationYear: 1990 },
      entry: { rating: 5 },
    });
  });

  it.each(["Name", "Nom", "Nombre", "Имя", "名前", "이름"])(
    "%s is the title if nothing else is",
    async (name) => {
      const alone = await readFile(`${name},Author,ISBN\n${BOOK.join(",")}`);
      expect(alone.rows[0]?.book.title).toBe("Dune");
      const both = await readFile(`${name},Title,Author\nAnn,Dune,Frank Herbert`);
      expect(both.rows[0]?.book.title).toBe("Dune");
    },
  );

  it.each(["Werk,Wer,ISBN\nDune,Frank Herbert,9780441172719", "ISBN,Opus\n9780441172719,Dune"])(
    "are asked for when none is the title: %j",
    async (text) => {
      await expect(readFile(text)).rejects.toThrow(/title.*`mapping`/);
      const column = text.startsWith("Werk") ? "Werk" : "Opus";
      const { rows } = await readFile(text, { mapping: { [column]: "title" } });
      expect(rows[0]?.book.title).toBe("Dune");
    },
  );

  it("can all be known without a title", async () => {
    const { rows } = await readFile("ISBN,Rating\n9780441172719,4");
    expect(rows[0]).toMatchObject({ verdict: { kind: "shelve" }, entry: { rating: 4 } });
  });
});

describe("a file without a header", () => {
  const goodreads =
    '1,Dune,Frank Herbert,"Herbert, Frank",,"=""0441172717""","=""9780441172719""",5,4.2,Ace,Paperback,535,1990,1965,2021/03/20,2021/01/02,,,read,,,,1,0';
  const blank =
    '2,Emma,Jane Austen,"Austen, Jane",,"=""""","=""""",0,4.0,,,,,,,2021/01/02,,,to-read,,,,0,0';

  it("is recognised by the shape of Goodreads' rows", async () => {
    const { detection, rows } = await readFile(`${goodreads}\n${blank}\n`);
    expect(detection).toMatchObject({ format: "goodreads", headerIndex: undefined });
    expect(rows).toMatchObject([
      { row: 1, book: { title: "Dune" }, entry: { status: "completed", rating: 5 } },
      { row: 2, book: { title: "Emma" }, entry: { status: "want_to_read" } },
    ]);
  });

  it("is refused with the missing columns", async () => {
    await expect(
      readFile("Dune,Frank Herbert,9780441172719\nEmma,Jane Austen,9780141439587"),
    ).rejects.toThrow(/header line is missing.*by position with `mapping`/);
  });

  it("is read by the positions of its columns", async () => {
    const text = "x,Dune,Frank Herbert,9780441172719,9\nx,Emma,Jane Austen,9780141439587,8";
    const mapping = { 2: "title", 3: "authors", 4: "isbn", 5: "rating" };
    const { detection, rows } = await readFile(text, { mapping, ratingScale: 10 });
    expect(detection).toMatchObject({ headerIndex: undefined });
    expect(rows).toMatchObject([
      { row: 1, book: { title: "Dune", authors: ["Frank Herbert"] }, entry: { rating: 4.5 } },
      { row: 2, book: { title: "Emma" }, entry: { rating: 4 } },
    ]);
    const headed = await readFile(`a,b,c,d,e\n${text}`, { mapping });
    expect(headed.rows.map(({ book }) => book.title)).toEqual(["Dune", "Emma"]);
    await expect(readFile(text, { mapping: { 9: "title" } })).rejects.toThrow("no column 9");
  });
});

describe("Enhance-GoodReads", () => {
  it("has readings in pairs, and genres with counts", () => {
    const [row] = rowsOf("goodreads", {
      Title: "Dune",
      "Exclusive Shelf": "read",
      read_dates: "2015-01-01,2015-01-20;,2021-03-20;2022-01-01,",
      genres: "Fiction|12;Classics|7",
    });
    expect(row?.entry.readings).toEqual([
      { startedAt: "2015-01-01", finishedAt: "2015-01-20" },
      { finishedAt: "2021-03-20" },
      { startedAt: "2022-01-01" },
    ]);
    expect(row?.book.categories).toEqual(["Fiction", "Classics"]);
  });
});

it.each([
  ["1,024", 1024],
  ["1.024", 1024],
  ["1 024", 1024],
  ["350 p.", 350],
  ["12", 12],
  ["٥١٢", 512],
  ["五百一十二", 512],
])("reads %j as %i pages", (Pages, pageCount) => {
  expect(rowsOf("none", { Title: "A", Author: "B", Pages })[0]?.book).toMatchObject({ pageCount });
});
