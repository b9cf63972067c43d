import { describe, expect, it } from "vitest";
import { contributorsIn, detailsOf, toContributors, toPeople } from "./contributors.ts";

describe("toPeople of a list of names", () => {
  it.each<[unknown, string[]]>([
    ["Tolkien, J. R. R. (John Ronald Reuel), 1892-1973.", ["J. R. R. Tolkien"]],
    ["Tolkien, J. R. R.", ["J. R. R. Tolkien"]],
    ["Virgil, 70 B.C.-19 B.C.", ["Virgil"]],
    ["Ovid, 43 B.C.-17 A.D. or 18 A.D.", ["Ovid"]],
    ["Hesse, Hermann, 1877-1962. aut", ["Hermann Hesse"]],
    ["Hofstadter, Douglas R., 1945- author", ["Douglas R. Hofstadter"]],
    ["Roald Dahl, illustrated by Quentin Blake", ["Roald Dahl"]],
    ["Erich Kästner; Illustrationen von Walter Trier", ["Erich Kästner"]],
    ["Michael Ende, illustriert von Roswitha Quadflieg", ["Michael Ende"]],
    ["J. R. R. Tolkien", ["J. R. R. Tolkien"]],
    ["King, Stephen, 1947-", ["Stephen King"]],
    ["King, Stephen", ["Stephen King"]],
    ["Homer, ca. 750 B.C.", ["Homer"]],
    ["Shakespeare, William, 1564-1616", ["William Shakespeare"]],
    ["Le Guin, Ursula K.", ["Ursula K. Le Guin"]],
    ["García Márquez, Gabriel, 1927-2014.", ["Gabriel García Márquez"]],
    ["Beethoven, Ludwig van, 1770-1827", ["Ludwig van Beethoven"]],
    ["King, Martin Luther, Jr., 1929-1968", ["Martin Luther King, Jr."]],
    ["Doyle, Arthur Conan, Sir, 1859-1930", ["Arthur Conan Doyle"]],
    ["Seuss, Dr.", ["Dr. Seuss"]],
    ["Augustine, Saint, 354-430", ["Saint Augustine"]],
    ["Reed, Tom, Jr.", ["Tom Reed, Jr."]],
    ["Tom Reed, Jr.", ["Tom Reed, Jr."]],
    ["Smith, Colin, 1938-", ["Colin Smith"]],
    ["Stephen King (1947-)", ["Stephen King"]],
    ["Iain M. Banks", ["Iain M. Banks"]],
    ["by J.R.R. Tolkien", ["J.R.R. Tolkien"]],
    ["Neil Gaiman & Terry Pratchett", ["Neil Gaiman", "Terry Pratchett"]],
    ["Neil Gaiman and Terry Pratchett", ["Neil Gaiman", "Terry Pratchett"]],
    ["Neil Gaiman; Terry Pratchett", ["Neil Gaiman", "Terry Pratchett"]],
    ["Gaiman, Neil; Pratchett, Terry", ["Neil Gaiman", "Terry Pratchett"]],
    ["Neil Gaiman, Terry Pratchett", ["Neil Gaiman", "Terry Pratchett"]],
    ["Unknown, Seamus Heaney", ["Seamus Heaney"]],
    ["Beatrice Sparks, Anonymous", ["Beatrice Sparks", "Anonymous"]],
    ["Homer, Robert Fagles, Bernard Knox", ["Homer", "Robert Fagles", "Bernard Knox"]],
    ["Malcolm X, Alex Haley", ["Malcolm X", "Alex Haley"]],
    ["Kelley Jones, Malcolm Jones III", ["Kelley Jones", "Malcolm Jones III"]],
    ["Patrick deWitt, Marcelo Barbão", ["Patrick deWitt", "Marcelo Barbão"]],
    ["Ben Carson, Cecil Murphey", ["Ben Carson", "Cecil Murphey"]],
    ["Ben Gurion, David", ["David Ben Gurion"]],
    ["Jun Mochizuki, 望月淳", ["Jun Mochizuki", "望月淳"]],
    ["Neil Gaiman / Terry Pratchett", ["Neil Gaiman", "Terry Pratchett"]],
    [
      "Benjamin Fine, Gerhard Rosenberger, and Ann Lee",
      ["Benjamin Fine", "Gerhard Rosenberger", "Ann Lee"],
    ],
    ["Seán O&#39;Casey", ["Seán O'Casey"]],
    ["Rosenberger, Gerhard.", ["Gerhard Rosenberger"]],
    ["United States. Air Force.", ["United States. Air Force"]],
    ["Stan and Jan Berenstain", ["Stan and Jan Berenstain"]],
    ["Simon & Schuster", ["Simon & Schuster"]],
    ["Johnson, Smith & Co.", ["Johnson, Smith & Co."]],
    ["Department of Health and Social Care", ["Department of Health and Social Care"]],
    ["Center for Science, Technology, and Policy", ["Center for Science, Technology, and Policy"]],
    ["Plato", ["Plato"]],
    ["村上 春樹", ["村上 春樹"]],
    ["bell hooks", ["bell hooks"]],
    ["hooks, bell", ["bell hooks"]],
    ["Leonardo, da Vinci, 1452-1519", ["Leonardo da Vinci"]],
    ["Teresa, of Avila, Saint, 1515-1582", ["Teresa of Avila"]],
    ["Thomas, Aquinas, Saint, 1225?-1274", ["Thomas Aquinas"]],
    ["Dumas, Alexandre, père, 1802-1870", ["Alexandre Dumas, père"]],
    ["Smith, John, 1950 or 1951-", ["John Smith"]],
    ["Smith, John, 1950 May 3-", ["John Smith"]],
    ["Smith, John (Novelist), 1950-", ["John Smith"]],
    ["Smith, John (John Henry)", ["John Smith"]],
    ["Royal Society (Great Britain)", ["Royal Society (Great Britain)"]],
    ["村上, 春樹, 1949-", ["村上春樹"]],
    ["محفوظ، نجيب", ["نجيب محفوظ"]],
    ["[by] Frank Herbert", ["Frank Herbert"]],
    ["By: Frank Herbert", ["Frank Herbert"]],
    ["Adapted by Mary Lamb", ["Mary Lamb"]],
    [["J.R.R. Tolkien", "J. R. R. Tolkien", "Tolkien, J. R. R."], ["J.R.R. Tolkien"]],
    [["Unknown", "Real Person"], ["Real Person"]],
    [["Unknown"], []],
    ["[author not identified]", []],
    ["????", []],
    [["Sheila Moxley (Illustrator)", "Andrew Matthews"], ["Andrew Matthews"]],
    [["John Foster (Editor)"], ["John Foster"]],
  ])("%j has the authors %j", (values, authors) => {
    expect(toPeople(toContributors(values)).authors).toEqual(authors);
    expect(toPeople(toContributors(authors)).authors).toEqual(authors);
  });

  it.each([
    ["Moxley, Sheila, ill.", { name: "Sheila Moxley", role: "illustrator" }],
    ["Tony Ross (Illustrator)", { name: "Tony Ross", role: "illustrator" }],
    ["Carol Thompson (Editor, Illustrator)", { name: "Carol Thompson", role: "editor" }],
    ["Norman Kemp Smith (Translator)", { name: "Norman Kemp Smith", role: "translator" }],
    ["Ellrich, Robert, tr.", { name: "Robert Ellrich", role: "translator" }],
    ["Hugh Laurie (Narrator)", { name: "Hugh Laurie", role: "narrator" }],
    ["Brod, Max, 1884-1968, ed.", { name: "Max Brod", role: "editor" }],
    ["illustrated by Quentin Blake", { name: "Quentin Blake", role: "illustrator" }],
    ["Harold Bloom (Foreword by)", { name: "Harold Bloom", role: "foreword" }],
    ["Illustrator: Quentin Blake", { name: "Quentin Blake", role: "illustrator" }],
    ["Harold Bloom, Ed.", { name: "Harold Bloom", role: "editor" }],
    ["Translated by Lydia Davis", { name: "Lydia Davis", role: "translator" }],
  ])("%j is %j", (text, person) => {
    expect(toContributors(text)).toEqual([person]);
    expect(toPeople([{ name: "An Author" }, ...toContributors(text)]).authorsDetailed).toEqual([
      { name: "An Author" },
      person,
    ]);
  });

  it("keeps the key of a person with the name in reading order", () => {
    const people = toContributors([{ name: "King, Stephen", key: "OL1A" }], () => "OL1A");
    expect(toPeople(people)).toEqual({
      authors: ["Stephen King"],
      authorsDetailed: [{ name: "Stephen King", key: "OL1A" }],
    });
  });
});

it.each(
  [
    "Art Spiegelman|Art De Vany|Ed McBain|Red Smith|Lu Xun|Story Musgrave|Read Montague|Hg Wells|Editors of Life|Story Time",
    "Art Institute of Chicago|Comp USA|Adaptation Press|Illustration House|Foreword Reviews|The Editors of Saveur",
  ].flatMap((names) => names.split("|")),
)("%j is a name, and no role", (name) => {
  expect(toContributors(name)).toEqual([{ name }]);
});

it.each([
  ["Spiegelman, Art", "Art Spiegelman"],
  ["Lu, Marie", "Marie Lu"],
  ["Read, Herbert", "Herbert Read"],
  ["Story, Tom", "Tom Story"],
  ["Buchwald, Art.", "Art Buchwald"],
])("%j is %s, and no role", (heading, name) => {
  expect(toContributors(heading)).toEqual([{ name }]);
});

describe("contributorsIn", () => {
  it.each([
    ["Thomas H. Cormen ... [et al.].", [["Thomas H. Cormen"]]],
    ["Thomas H. Cormen [and others].", [["Thomas H. Cormen"]]],
    ["selected and edited by Mary Jones.", [["Mary Jones", "compiler"]]],
    ["retold by Mary Jones.", [["Mary Jones", "adapter"]]],
    ["edited and with an introduction by Harold Bloom.", [["Harold Bloom", "editor"]]],
    ["edited, with an introduction, by Harold Bloom.", [["Harold Bloom", "editor"]]],
    ["edited with notes by Harold Bloom", [["Harold Bloom", "editor"]]],
    ["sous la direction de Marie Dupont", [["Marie Dupont", "editor"]]],
    ["adapted by Mary Jones from the novel by Jane Austen", [["Mary Jones", "adapter"]]],
    ["photography by Ansel Adams", [["Ansel Adams", "photographer"]]],
    ["John Smith ... [and four others]", [["John Smith"]]],
    ["by Kurt Vonnegut, Jr.", [["Kurt Vonnegut, Jr."]]],
    ["door Harry Mulisch", [["Harry Mulisch"]]],
    ["村上春樹 [著]", [["村上春樹", "author"]]],
    ["柴田元幸訳", [["柴田元幸", "translator"]]],
    [
      "Astrid Lindgren ; med bilder av Ilon Wikland",
      [["Astrid Lindgren"], ["Ilon Wikland", "illustrator"]],
    ],
    [
      "Albert Camus ; mit einem Nachwort von Hans Müller",
      [["Albert Camus"], ["Hans Müller", "afterword"]],
    ],
    ["a novel by John Smith", [["John Smith"]]],
    ["by the Editors of Life.", [["Editors of Life"]]],
    ["illustrations, Axel Scheffler", [["Axel Scheffler", "illustrator"]]],
    ["Illustrationen Axel Scheffler", [["Axel Scheffler", "illustrator"]]],
    [
      "Hayao Miyazaki ; [English adaptation, Jim Hubbert]",
      [["Hayao Miyazaki"], ["Jim Hubbert", "adapter"]],
    ],
    [
      "text by John Smith ; photographs by Ansel Adams.",
      [
        ["John Smith", "author"],
        ["Ansel Adams", "photographer"],
      ],
    ],
    ["Published for the Society.", []],
    ["Mario Bencastro.", [["Mario Bencastro"]]],
    [
      "by A.J.A. Symons ; with a new introduction by Nicholas Dawidoff.",
      [["A.J.A. Symons"], ["Nicholas Dawidoff", "introduction"]],
    ],
    [
      "Andrew Matthews ; illustrated by Sheila Moxley.",
      [["Andrew Matthews"], ["Sheila Moxley", "illustrator"]],
    ],
    [
      "by Guy Gilpatric ; [illustrated by Anton Otto Fischer and George Hughes].",
      [["Guy Gilpatric"], ["Anton Otto Fischer", "illustrator"], ["George Hughes", "illustrator"]],
    ],
    [
      "Jacques Roger ; edited by Keith R. Benson ; translated by Robert Ellrich.",
      [["Jacques Roger"], ["Keith R. Benson", "editor"], ["Robert Ellrich", "translator"]],
    ],
    ...[
      "aus dem Amerikanischen von Wulf Bergner",
      "traduit de l'américain par Wulf Bergner",
      "traducción del inglés de Wulf Bergner",
      "vertaald uit het Engels door Wulf Bergner",
      "översättning av Wulf Bergner",
    ].map((statement): [string, string[][]] => [
      `Stephen King ; ${statement}.`,
      [["Stephen King"], ["Wulf Bergner", "translator"]],
    ]),
    [
      "Fyodor Dostoyevsky ; translated and introduced by Kyril FitzLyon.",
      [["Fyodor Dostoyevsky"], ["Kyril FitzLyon", "translator"]],
    ],
    [
      "Zalmay Khalilzad, David A. Shlapak, Daniel Byman.",
      [["Zalmay Khalilzad"], ["David A. Shlapak"], ["Daniel Byman"]],
    ],
    [
      "edited by Colin J. Smith and Ved P. Varma.",
      [
        ["Colin J. Smith", "editor"],
        ["Ved P. Varma", "editor"],
      ],
    ],
    [
      "author, Peter Chrisp ; consultant, Simon James",
      [
        ["Peter Chrisp", "author"],
        ["Simon James", "contributor"],
      ],
    ],
    ["[red. Irena Burkot].", [["Irena Burkot", "editor"]]],
    ["compiled by Patricia McCurdy Townsend.", [["Patricia McCurdy Townsend", "compiler"]]],
    ["research, evaluation and writing by many people of the town", []],
    [undefined, []],
  ])("%j names %j", (statement, people) => {
    expect(
      contributorsIn(statement).map(({ name, role }) =>
        role === undefined ? [name] : [name, role],
      ),
    ).toEqual(people);
  });

  it("makes editors the authors of a book that has no others", () => {
    expect(
      toPeople(contributorsIn("edited by Max Brod ; illustrated by A. Artist")).authors,
    ).toEqual(["Max Brod"]);
  });
});

it("details agree with the authors", () => {
  const known = [
    { name: "Real Author", key: "OL1A" },
    { name: "Someone Else", key: "OL2A" },
    { name: "A. Translator", role: "translator" },
  ];
  expect(detailsOf(["REAL AUTHOR"], known)).toEqual([
    { name: "REAL AUTHOR", key: "OL1A" },
    { name: "A. Translator", role: "translator" },
  ]);
  expect(detailsOf(["Another"], known.slice(0, 2))).toBeUndefined();
});
