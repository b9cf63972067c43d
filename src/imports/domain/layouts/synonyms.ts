import { columnKey } from "./column-names.ts";
import type { Field } from "./fields/index.ts";

/**
 * Column names in tables of unknown origin, in English, German, French, Spanish, Italian, Dutch, Portuguese, Polish, Swedish,
 * Danish and Norwegian. Ambiguous words (`date`, `name`, `type`) are excluded.
 */
const NAMES: Partial<Record<Field, string>> = {
  // Columns that this service adds to a failed.csv (failed-csv.ts).
  ignored: "import reason|import reason code",
  title:
    "title|book title|book name|full title|book|titel|buchtitel|titre|titre du livre|título|título del libro|título do livro|titolo|" +
    "titolo del libro|boektitel|tytuł|tytuł książki|boktitel|bogtitel|tittel|boktittel",
  subtitle:
    "subtitle|untertitel|sous-titre|subtítulo|sottotitolo|ondertitel|podtytuł|undertitel|undertittel",
  authorsInAnyOrder:
    "author|authors|author(s)|author name|authors name|book author|writer|creator|creators|by|autor|autoren|verfasser|" +
    "autor/in|autorin|auteur|auteurs|auteur(s)|autores|autor(es)|autora|autore|autori|schrijver|schrijvers|autorzy|" +
    "författare|upphovsman|forfatter|forfattere",
  isbn:
    "isbn|isbn13|isbn-13|isbn_13|isbn 10|isbn10|isbn number|isbn no|isbn code|isbn/ean|ean|ean13|ean isbn13|barcode|" +
    "isbn nummer|isbn-nr|numéro isbn|n° isbn|número isbn|codice isbn|código isbn|numer isbn|strichcode|code-barres|isbns|" +
    "isbn/uid|primary isbn|primary isbn13",
  publisher:
    "publisher|verlag|éditeur|editeur|maison d'édition|editorial|editore|casa editrice|uitgever|uitgeverij|editora|wydawnictwo|wydawca|förlag|forlag",
  publishedDate:
    "published|publication date|publish date|date published|published date|pub date|release date|erscheinungsdatum|" +
    "veröffentlicht|veröffentlichungsdatum|date de publication|date de parution|fecha de publicación|" +
    "data di pubblicazione|publicatiedatum|verschijningsdatum|data de publicação|data wydania|utgivningsdatum|utgivelsesdato",
  publicationYear:
    "year|year published|publication year|published year|pub year|jahr|erscheinungsjahr|année|année de publication|año|" +
    "año de publicación|anno|anno di pubblicazione|jaar|jaar van uitgave|ano|ano de publicação|rok|rok wydania|utgivningsår|" +
    "år|udgivelsesår|utgivelsesår",
  pageCount:
    "pages|page count|number of pages|num pages|no of pages|length in pages|seiten|seitenzahl|seitenanzahl|nombre de pages|" +
    "páginas|número de páginas|pagine|numero di pagine|pagina's|aantal pagina's|strony|liczba stron|sidor|antal sidor|sider|antall sider",
  language:
    "language|languages|language code|sprache|langue|idioma|lengua|lingua|taal|język|språk|sprog",
  categories:
    "genre|genres|category|categories|subject|subjects|kategorie|kategorien|catégorie|catégories|género|géneros|categoría|" +
    "categorías|genere|generi|categoria|categorie|onderwerp|gênero|gêneros|categorias|gatunek|kategoria|kategori|ämne",
  description:
    "description|summary|synopsis|blurb|beschreibung|inhalt|klappentext|résumé|descripción|sinopsis|resumen|descrizione|" +
    "trama|beschrijving|samenvatting|descrição|sinopse|opis|beskrivning|beskrivelse",
  status:
    "status|read status|reading status|shelf|exclusive shelf|bookshelf|my status|lesestatus|regal|statut|état|" +
    "statut de lecture|estado|estado de lectura|stato|stato di lettura|leesstatus|estado de leitura|stan|półka|lässtatus|hylla|hylle|hylde",
  rating:
    "rating|my rating|ratings|star rating|stars|score|user rating|bewertung|meine bewertung|sterne|note|ma note|évaluation|" +
    "étoiles|valoración|calificación|puntuación|mi valoración|estrellas|valutazione|voto|stelle|beoordeling|waardering|" +
    "sterren|avaliação|nota|minha avaliação|estrelas|ocena|moja ocena|betyg|vurdering|bedømmelse",
  review:
    "review|my review|reviews|user review|rezension|meine rezension|critique|avis|mon avis|reseña|mi reseña|crítica|opinión|" +
    "recensione|la mia recensione|recensie|mijn recensie|resenha|opinião|recenzja|moja recenzja|recension|anmeldelse",
  notes:
    "notes|private notes|my notes|note to self|comment|comments|notizen|kommentar|notes privées|notes personnelles|remarques|" +
    "notas|notas privadas|appunti|annotazioni|notities|opmerkingen|anotações|notatki|anteckningar|noter|notater",
  tags: "tags|tag|labels|keywords|bookshelves|shelves|schlagwörter|schlagworte|étiquettes|mots-clés|etiquetas|etichette|trefwoorden|tagi|etykiety|taggar|nyckelord",
  startedAt:
    "started|date started|start date|started reading|started at|began|begonnen|begonnen am|lesebeginn|angefangen|" +
    "date de début|commencé|commencé le|fecha de inicio|empezado|comenzado|data di inizio|iniziato|startdatum|" +
    "data de início|iniciado|data rozpoczęcia|rozpoczęto|startdatum|påbörjad|startdato|påbegyndt",
  finishedAt:
    "finished|date finished|date read|finish date|end date|read date|finished reading|finished at|completed|date completed|" +
    "date ended|gelesen am|beendet|beendet am|leseende|date de lecture|date de fin|terminé|terminé le|lu le|fecha de lectura|" +
    "fecha de fin|fecha de finalización|leído el|data di lettura|data di fine|finito il|datum gelezen|gelezen op|einddatum|" +
    "data de leitura|data de término|lido em|data przeczytania|data zakończenia|läst datum|slutdatum|utläst|slutdato|lest dato|læst dato",
  readCount:
    "read count|times read|reads|wie oft gelesen|nombre de lectures|veces leído|volte letto|aantal keer gelezen|vezes lido|liczba przeczytań|antal läsningar",
  addedAt:
    "added|date added|added at|added on|created|created at|hinzugefügt|hinzugefügt am|date d'ajout|ajouté|ajouté le|" +
    "fecha de alta|añadido|agregado|fecha añadido|data di aggiunta|aggiunto|toegevoegd|toegevoegd op|datum toegevoegd|" +
    "data de adição|adicionado|adicionado em|data dodania|dodano|tillagd|tilføjet|lagt til",
  media: "item type|media|media type|medium|medienart|type de média|type of media",
  openLibrary: "olid|openlibrary id|open library id|openlibrary key|edition id|work id",
  asin: "asin",
};

/** Fields by column key. */
export const SYNONYMS: ReadonlyMap<string, Field> = new Map(
  Object.entries(NAMES).flatMap(([field, names]) =>
    names.split("|").map((name): [string, Field] => [columnKey(name), field as Field]),
  ),
);
