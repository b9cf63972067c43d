import type { Field } from "./fields/index.ts";

/**
 * Column names in other languages: German, French, Spanish, Italian, Dutch, Portuguese, Polish,
 * Swedish, Danish, Norwegian, Russian, Japanese, Chinese, Korean, Turkish, Czech, Slovak,
 * Hungarian, Finnish and Greek; the most common names also in Lithuanian, Latvian, Estonian,
 * Romanian, Croatian, Bulgarian, Ukrainian, Catalan, Arabic, Hebrew, Indonesian and Vietnamese.
 */
export const OTHER_COLUMNS: Partial<Record<Field, string>> = {
  format:
    "einband|einbandart|buchformat|reliure|formato|format du livre|encuadernación|legatura|rilegatura|encadernação|" +
    "oprawa|bindning|innbinding|indbinding|переплет|обложка|формат|装丁|判型|装帧|裝幀|제본|cilt|vazba|kötés|sidosasu|βιβλιοδεσία",
  owned:
    "im besitz|besitze ich|besitz|vorhanden|possédé|je possède|en ma possession|lo tengo|tengo|posseduto|ce l'ho|in bezit|" +
    "tenho|possuo|posiadam|mam|äger|ejer|eier|есть у меня|в наличии|所有|所持|拥有|擁有|소장|소유|vlastním|omistan",
  location:
    "standort|aufbewahrungsort|emplacement|ubicación|posizione|collocazione|locatie|plaats|localização|lokalizacja|placering|" +
    "plassering|местонахождение|место|расположение|置き場所|保管場所|场所|位置|보관 장소|위치|konum|umístění|umiestnenie|hely|sijainti|τοποθεσία",
  loanTo:
    "verliehen an|ausgeliehen an|prêté à|prestado a|prestato a|uitgeleend aan|emprestado a|emprestado para|pożyczone komu|" +
    "utlånad till|utlånt til|udlånt til|кому отдал|кому дал|貸出先|借给|půjčeno komu|kölcsönadva|lainassa",
  loanSince:
    "verliehen am|verliehen seit|prêté le|prestado el|prestato il|uitgeleend op|emprestado em|貸出日",
  loanDue:
    "rückgabe bis|rückgabedatum|à rendre le|fecha de devolución|data di restituzione|返却予定日",
  series:
    "reihe|buchreihe|serie|saga|colección|collana|reeks|coleção|cykl|seria|bokserie|bogserie|серия|цикл|серія|シリーズ|シリーズ名|" +
    "系列|丛书|叢書|시리즈|seri|dizi|edice|sorozat|sarja|σειρά",
  seriesPosition:
    "band|bandnummer|reihennummer|tome|numéro dans la série|tomo|número en la serie|volume della serie|deel|tom|" +
    "del i serien|номер в серии|том|巻|巻数|卷|권|cilt no|kötet|osa",
  title:
    "judul buku|titel|buchtitel|titre|título|titolo|boektitel|tytuł|boktitel|bogtitel|tittel|boktittel|книга|название|заголовок|" +
    "наименование|назва|заглавие|タイトル|書名|題名|本のタイトル|書籍名|作品名|本|书名|标题|標題|书籍名称|書籍名稱|题名|제목|책 제목|도서명|서명|책이름|kitap|" +
    "kitap adı|başlık|kitabın adı|eser adı|kitap ismi|název|kniha|titul|názov|cím|könyv címe|könyvcím|a könyv címe|" +
    "könyv|kirja|nimi|kirjan nimi|teos|nimeke|otsikko|τίτλος|τίτλος βιβλίου|βιβλίο|titlu|títol|naslov|buch|livre|" +
    "libro|livro|boek|książka|bok|bog|nazwa książki|nombre del libro|nome do livro|nom du livre|buchname|" +
    "titel des buches|наименование книги|наслов|judul|tên sách|العنوان|כותרת|שם הספר|pavadinimas|knygos pavadinimas|" +
    "knyga|nosaukums|grāmata|pealkiri|raamat|titlul cărții|cartea|naziv|naslov knjige|knjiga|tựa đề|عنوان الكتاب|" +
    "اسم الكتاب|الكتاب|שם ספר",
  subtitle:
    "untertitel|sous-titre|subtítulo|sottotitolo|ondertitel|podtytuł|undertitel|undertittel|подзаголовок|副題|サブタイトル|副标题|" +
    "副標題|부제|부제목|alt başlık|podtitul|podnázev|alcím|alaotsikko|υπότιτλος",
  authorsInAnyOrder:
    "autor|autoren|verfasser|auteur|auteurs|autores|autora|autore|autori|autore/i|schrijver|schrijvers|autorzy|" +
    "författare|upphovsman|forfatter|forfattere|автор|авторы|автор книги|писатель|автори|著者|作者|作家|著者名|作者名|著|筆者|作者姓名|" +
    "저자|지은이|작가|글쓴이|저자명|yazar|yazarlar|yazarı|kitap yazarı|yazar adı|autor knihy|spisovatel|szerző|szerzők|író|" +
    "a szerző|kirjailija|tekijä|kirjailijat|tekijät|kirjoittaja|συγγραφέας|συγγραφείς|avtor|scriitor|schriftsteller|" +
    "schriftstellerin|écrivain|escritor|escritora|scrittore|pisarz|аутор|penulis|tác giả|المؤلف|מחבר|סופר|autorius|" +
    "autoriai|autors|autorid|pisac|الكاتب|اسم المؤلف|שם המחבר|המחבר",
  isbn:
    "n° isbn|codice isbn|código isbn|strichcode|code-barres|штрихкод|исбн|код isbn|isbnコード|isbn番号|isbn코드|isbn 번호|바코드|" +
    "国际标准书号|國際標準書號|书号|書號|条形码|barkod|isbn numarası|čárový kód|isbn číslo|číslo isbn|vonalkód|isbn szám|viivakoodi|" +
    "γραμμωτός κώδικας|αριθμός isbn|13桁isbn",
  publisher:
    "penerbit|verlag|éditeur|maison d'édition|editorial|editore|casa editrice|uitgever|uitgeverij|editora|wydawnictwo|wydawca|" +
    "förlag|издательство|издатель|видавництво|出版社|出版社名|出版者|発行元|发行商|出版公司|출판사|출판사명|펴낸곳|yayınevi|yayıncı|nakladatelství|" +
    "nakladatel|vydavatel|vydavateľstvo|kiadó|könyvkiadó|kustantaja|kustantamo|julkaisija|εκδότης|εκδόσεις|" +
    "εκδοτικός οίκος|editura|založba|éditions|édition|leidykla|izdevniecība|kirjastus|izdavač|nakladnik|издавач|" +
    "издателство|الناشر|הוצאה לאור|nhà xuất bản",
  publishedDate:
    "erscheinungsdatum|veröffentlicht|veröffentlichungsdatum|date de publication|date de parution|" +
    "fecha de publicación|data di pubblicazione|publicatiedatum|verschijningsdatum|data de publicação|data wydania|" +
    "utgivningsdatum|utgivelsesdato|дата публикации|дата издания|дата выхода|出版日|発売日|発行日|出版日期|出版时间|出版時間|출판일|출간일|" +
    "발행일|yayın tarihi|basım tarihi|yayınlanma tarihi|datum vydání|vydáno|dátum vydania|megjelenés dátuma|" +
    "kiadás dátuma|megjelenés|julkaisupäivä|ilmestymispäivä|ημερομηνία έκδοσης|erschienen|paru le|uitgavedatum",
  publicationYear:
    "any de publicació|tahun terbit|jahr|erscheinungsjahr|année|année de publication|año|año de publicación|anno|anno di pubblicazione|jaar|" +
    "jaar van uitgave|ano de publicação|rok|rok wydania|utgivningsår|år|udgivelsesår|utgivelsesår|год|год издания|" +
    "год публикации|год выпуска|рік|рік видання|発行年|出版年|刊行年|发行年|年份|年度|출판년도|출판연도|발행년도|연도|yıl|yayın yılı|basım yılı|" +
    "rok vydání|rok vydania|év|kiadás éve|megjelenés éve|vuosi|julkaisuvuosi|ilmestymisvuosi|έτος|έτος έκδοσης|" +
    "χρονολογία|an|anul publicării|leto izdaje|metai|leidimo metai|išleidimo metai|gads|izdošanas gads|aasta|" +
    "ilmumisaasta|anul|anul apariției|godina|godina izdanja|година|година на издаване|سنة النشر|שנה|שנת הוצאה|" +
    "năm xuất bản",
  pageCount:
    "pàgines|jumlah halaman|halaman|seiten|seitenzahl|seitenanzahl|nombre de pages|páginas|número de páginas|pagine|numero di pagine|aantal pagina's|" +
    "strony|liczba stron|sidor|antal sidor|sider|antall sider|страниц|страницы|количество страниц|кол-во страниц|" +
    "число страниц|сторінок|ページ数|頁数|ページ|頁|页数|頁數|页码|페이지|페이지 수|쪽수|쪽|sayfa|sayfa sayısı|sayfalar|stran|počet stran|strany|" +
    "stránky|oldalszám|oldalak száma|oldalak|oldal|sivut|sivumäärä|sivuja|sivua|σελίδες|αριθμός σελίδων|pagini|" +
    "număr de pagini|puslapiai|puslapių skaičius|lappuses|leheküljed|lehekülgi|stranice|broj stranica|страници|" +
    "брой страници|кількість сторінок|عدد الصفحات|עמודים|מספר עמודים|số trang",
  language:
    "bahasa|sprache|langue|idioma|lengua|lingua|taal|język|språk|sprog|язык|мова|言語|语言|語言|언어|dil|dili|jazyk|nyelv|nyelve|kieli|" +
    "γλώσσα|limba|jezik|език",
  categories:
    "kategorie|kategorien|catégorie|género|géneros|categoría|categorías|genere|generi|onderwerp|gatunek|kategoria|" +
    "kategori|ämne|жанр|жанры|категория|категории|тема|ジャンル|カテゴリ|カテゴリー|分類|类别|類別|分类|类型|類型|体裁|장르|분류|카테고리|tür|türü|žánr|" +
    "žánry|žáner|műfaj|műfajok|téma|laji|lajityyppi|luokka|aihe|είδος|κατηγορία|κατηγορίες|gen|sjanger|žanras|žanrai|" +
    "žanrs|kategorija",
  description:
    "beschreibung|inhalt|klappentext|résumé|descripción|sinopsis|resumen|descrizione|trama|beschrijving|" +
    "samenvatting|descrição|sinopse|opis|beskrivning|beskrivelse|описание|аннотация|краткое содержание|опис|説明|" +
    "あらすじ|内容紹介|概要|紹介|简介|簡介|内容简介|內容簡介|描述|摘要|설명|소개|줄거리|책 소개|açıklama|özet|tanıtım|konu|popis|anotace|obsah|leírás|" +
    "fülszöveg|tartalom|kuvaus|esittely|juoni|tiivistelmä|περιγραφή|περίληψη|υπόθεση|descriere|rezumat",
  status:
    "estat|olvasottság|lesestatus|statut|estado|stato|статус|状態|状态|regal|półka|lässtatus|hylla|hylle|hylde|полка|стан|ステータス|本棚|书架|書架|책장|서재|raf|police|polica|olvasási állapot|polc|" +
    "státusz|hylly|ράφι|stare|lesestand|estante|būsena|statusas|staatus|stanje|състояние|الحالة|حالة القراءة|סטטוס|" +
    "trạng thái",
  progress:
    "fortschritt|lesefortschritt|progression|avancement|progreso|progresso|voortgang|postęp|framsteg|fremdrift|прогресс|進捗|进度|進度|阅读进度|진행률|진도|" +
    "ilerleme|pokrok|haladás|edistyminen|πρόοδος",
  rating:
    "puntuació|valoració|penilaian|bewertung|sterne|note|évaluation|étoiles|valoración|calificación|puntuación|estrellas|valutazione|voto|punteggio|stelle|" +
    "beoordeling|waardering|sterren|avaliação|nota|estrelas|ocena|betyg|vurdering|bedømmelse|оценка|рейтинг|звезды|" +
    "баллы|оцінка|評価|採点|点数|星|評点|レーティング|自分の評価|评分|評分|我的评分|我的評分|星级|星級|打分|評價|评价|평점|별점|점수|평가|puan|puanım|değerlendirme|" +
    "yıldız|oy|not|puanı|hodnocení|hvězdičky|známka|hodnotenie|értékelés|értékelésem|csillag|csillagok|pontszám|pont|" +
    "osztályzat|arvio|arvosana|tähdet|pisteet|arviointi|βαθμολογία|αξιολόγηση|αστέρια|βαθμός|evaluare|punkte|" +
    "sternebewertung|avis /5|įvertinimas|vertinimas|mano įvertinimas|vērtējums|hinnang|hinne|ocjena|التقييم|تقييمي|" +
    "דירוג|ציון|đánh giá",
  review:
    "ressenya|ulasan|rezension|critique|avis|reseña|crítica|recensione|recensie|resenha|opinião|recenzja|recension|anmeldelse|" +
    "рецензия|отзыв|відгук|レビュー|感想|書評|マイレビュー|书评|我的书评|短评|短評|评论|評論|读后感|讀後感|리뷰|서평|감상|독후감|inceleme|yorum|yorumum|" +
    "incelemem|recenze|recenzia|vélemény|véleményem|ajánló|kritika|értékelés szövege|arvostelu|kirja-arvio|κριτική|" +
    "γνώμη|recenzie|meinung|recenzija|atsauksme|arvustus|المراجعة|ביקורת|nhận xét",
  notes:
    "catatan|notizen|kommentar|notes privées|notes personnelles|remarques|notas|notas privadas|appunti|annotazioni|notities|" +
    "opmerkingen|anotações|notatki|anteckningar|noter|notater|заметки|примечания|комментарий|личные заметки|нотатки|" +
    "メモ|備考|ノート|読書メモ|備忘|笔记|筆記|备注|備註|我的笔记|메모|노트|비고|notlar|notlarım|poznámky|poznámka|jegyzet|jegyzetek|megjegyzés|" +
    "megjegyzések|muistiinpanot|huomautukset|kommentit|huomiot|σημειώσεις|σχόλια|παρατηρήσεις|note personale|" +
    "anmerkungen|anmerkung|bemerkungen|bemerkung|pastabos|piezīmes|märkused|notițe|bilješke|бележки|ملاحظات|הערות|" +
    "ghi chú",
  tags:
    "schlagwörter|schlagworte|étiquettes|mots-clés|etiquetas|etichette|trefwoorden|tagi|etykiety|taggar|nyckelord|теги|" +
    "метки|тег|ярлыки|мітки|タグ|标签|標籤|태그|etiket|etiketler|štítky|štítek|tagy|značky|címkék|címke|tunnisteet|avainsanat|" +
    "tagit|ετικέτες|λέξεις-κλειδιά|etichete|regale|étagères|estanterías|estantes|scaffali|półki|hyllor",
  startedAt:
    "data d'inici|tanggal mulai|begonnen|angefangen|commencé|empezado|comenzado|iniziato|iniciado|påbörjad|påbegyndt|начато|начал читать|" +
    "начала читать|розпочато|読み始め|읽기 시작한 날|okumaya başlama|začiatok čítania|začiatok|elkezdve|elkezdtem|άρχισα|" +
    "început|pradėta|pradėta skaityti|pradžios data|sākts|sākuma datums|alustatud|alguskuupäev|data începerii|" +
    "početak|započeto|datum početka|започната|начална дата|дата початку|почато|تاريخ البدء|תאריך התחלה|ngày bắt đầu",
  finishedAt:
    "data de lectura|llegit el|tanggal selesai|selesai|gelesen am|date de lecture|fecha de lectura|data di lettura|gelezen op|data de leitura|прочитано|読了日|读完日期|закончено|закончил читать|закончила читать|когда прочитано|читання завершено|읽은 날짜|읽은 날|다 읽은 날|" +
    "tamamlanma tarihi|dočítané|dátum prečítania|elolvastam|valmistui|ημερομηνία λήξης|τελείωσα|διαβάστηκε|terminat|" +
    "przeczytana|leitura concluída|lu en|lesende|perskaityta|baigta|perskaitymo data|skaitymo data|pabaigos data|" +
    "izlasīts|pabeigts|beigu datums|loetud|lõpetatud|lugemise kuupäev|data terminării|citit|citită|pročitano|" +
    "završeno|datum završetka|datum čitanja|прочетена|прочетено|дата на прочитане|дата завершення|дата прочитання|" +
    "تاريخ الانتهاء|تاريخ القراءة|תאריך סיום|תאריך קריאה|ngày đọc xong|ngày đọc",
  readCount:
    "wie oft gelesen|nombre de lectures|veces leído|volte letto|aantal keer gelezen|vezes lido|liczba przeczytań|" +
    "antal läsningar|сколько раз прочитано|количество прочтений|прочитано раз|読んだ回数|再読回数|阅读次数|閱讀次數|읽은 횟수|회독|" +
    "okuma sayısı|počet přečtení|kolikrát přečteno|olvasások száma|hányszor olvastam|lukukerrat|luettu kertaa|" +
    "φορές που διαβάστηκε",
  addedAt:
    "hinzugefügt|hinzugefügt am|date d'ajout|ajouté|ajouté le|fecha de alta|añadido|agregado|fecha añadido|" +
    "data di aggiunta|aggiunto|toegevoegd|toegevoegd op|datum toegevoegd|data de adição|adicionado|adicionado em|" +
    "data dodania|dodano|tillagd|tilføjet|lagt til|добавлено|дата добавления|добавлен|дата создания|додано|登録日|追加日|登録日時|" +
    "作成日|添加日期|添加时间|加入日期|加入時間|创建时间|收藏时间|추가일|등록일|추가 날짜|추가된 날짜|eklenme|eklenme tarihi|eklendi|eklediğim tarih|přidáno|" +
    "datum přidání|vloženo|pridané|dátum pridania|hozzáadva|hozzáadás dátuma|felvéve|lisätty|lisäyspäivä|lisäys|" +
    "προστέθηκε|ημερομηνία προσθήκης|adăugat|erfasst am|angelegt",
  media: "medienart|type de média|тип|媒体类型|媒體類型|ortam",
};
