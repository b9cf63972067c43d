/** Titles, names and remarks in one language, from which tests generate libraries. */
interface Vocabulary {
  titles: readonly string[];
  names: readonly string[];
  remarks: readonly string[];
  header: string;
}

const lines = (text: string): string[] => text.split("|");

/** Real books with invented remarks. */
export const VOCABULARIES = {
  de: {
    titles: lines(
      "Die Verwandlung|Über den Fluß|Das Glück der Mütter|Schöne neue Bücher|Der Zauberlehrling übt|Mädchen mit Hüten|Größe und Demut|Die Nächte von Köln|Früher war mehr Grün|Der Prozeß|Im Westen nichts Neues|Fräulein Müller",
    ),
    names: lines("Jürgen Böll|Käthe Groß|Günter Weiß|Anna Schäfer|Heinrich Löwe|Björn Jäger"),
    remarks: lines(
      "Ein schönes Buch über früher.|Hat mir sehr gut gefallen, für Anfänger zu schwer.|Mäßig, die Übersetzung stört.",
    ),
    header: "Titel;Autor;ISBN;Bewertung;Notizen",
  },
  fr: {
    titles: lines(
      "L'Étranger|À la recherche du passé|La Forêt enchantée|Les Misérables|Être à Genève|Le Cœur des fées|L'Âge de l'été|Voyage près de la mer|Où êtes-vous|Mémoires d'une éducation|La Peste|Ça commence demain",
    ),
    names: lines("Hélène Aubé|François Léger|Zoë Lefèvre|André Côté|Jérôme Bénard|Marie Dupont"),
    remarks: lines(
      "Très beau récit, un peu long à la fin.|J'ai adoré l'écriture de l'auteur.|Déçue par les derniers chapitres, même s'il y a de l'idée.",
    ),
    header: "Titre;Auteur;ISBN;Note;Remarques",
  },
  es: {
    titles: lines(
      "Cien años de compañía|El otoño del corazón|¿Dónde están los niños?|Canción de mañana|La sombra del jardín|Rayuela|El último pingüino|Niñez en Málaga|Crónica de una montaña|El camión rojo",
    ),
    names: lines("Gabriel Ibáñez|María Núñez|José Güell|Ramón Peña|Lucía Gómez|Íñigo Cádiz"),
    remarks: lines(
      "Un libro increíble, lo leí en dos días.|También me gustó más que la película.|La traducción está muy mal.",
    ),
    header: "Título;Autor;ISBN;Valoración;Notas",
  },
  pl: {
    titles: lines(
      "Wiedźmin|Żółta łódź|Lalka|Chłopi|Zbrodnia i miłość|Księgi Jakubowe|Gwiazdozbiór Łabędzia|Śmierć w Poznaniu|Noce i dnie|Pięć dębów|Ćwierć wieku",
    ),
    names: lines("Łukasz Żmuda|Andrzej Sęk|Małgorzata Wójcik|Stanisław Łącki|Zofia Świąder"),
    remarks: lines(
      "Świetna książka, polecam każdemu.|Trochę za długa, ale wciąga.|Nie mogłam się oderwać, piękny język.",
    ),
    header: "Tytuł;Autor;ISBN;Ocena;Notatki",
  },
  cs: {
    titles: lines(
      "Válka s mloky|Žert|Krysař|Příběhy obyčejného šílenství|Babička|Ostře sledované vlaky|Nesnesitelná lehkost|Hřbitov v Praze|Šťastný věk|Dům u řeky|Rytíři a děvčata",
    ),
    names: lines("Karel Čížek|Božena Říhová|Jiří Dvořák|Šárka Nováková|Zdeněk Růžička"),
    remarks: lines(
      "Skvělá kniha, přečetl jsem ji za večer.|Překlad není nejlepší, ale příběh ano.|Moc se mi líbila závěrečná část.",
    ),
    header: "Název;Autor;ISBN;Hodnocení;Poznámky",
  },
  hu: {
    titles: lines(
      "Az ajtó|Egri csillagok|A Pál utcai fiúk|Kőszívű ember|Sorstalanság|Őszi vásár|Tündérkert|Hűség és hűtlenség|Az öreg tölgy|Édes Anna|Utas és holdvilág",
    ),
    names: lines("Szabó Éva|Móricz Tamás|Kertész Győző|Örkény Ádám|Szűcs Ágnes"),
    remarks: lines(
      "Nagyon jó könyv, mindenkinek ajánlom.|Kicsit hosszú, de végül megszerettem.|Gyönyörű nyelvezet, szomorú történet.",
    ),
    header: "Cím;Szerző;ISBN;Értékelés;Jegyzetek",
  },
  tr: {
    titles: lines(
      "Kürk Mantolu Kadın|İnce Memed|Tutunamayanlar|Saatleri Ayarlama Enstitüsü|Çalıkuşu|Aşk-ı Memnu|Yaşar Ne Yaşar|Şeker Portakalı|Gönül Dağı|Beyaz Diş|Kırmızı Saçlı Kız",
    ),
    names: lines("Ayşe Yıldız|Oğuz Çelik|Şule Gürbüz|İlhan Öztürk|Yaşar Güneş"),
    remarks: lines(
      "Çok güzel bir kitap, herkese öneririm.|Biraz ağır ilerliyor ama sonu şaşırtıcı.|Dili akıcı, çevirisi kötü değil.",
    ),
    header: "Kitap;Yazar;ISBN;Puan;Notlar",
  },
  ru: {
    titles: lines(
      "Мастер и Маргарита|Война и мир|Преступление и наказание|Отцы и дети|Мёртвые души|Обломов|Белая гвардия|Пикник на обочине|Евгений Онегин|Герой нашего времени|Щегол",
    ),
    names: lines("Михаил Булгаков|Лев Толстой|Анна Щербакова|Фёдор Чехов|Юлия Эткинд"),
    remarks: lines(
      "Очень хорошая книга, советую всем.|Читал давно, надо перечитать.|Перевод ужасный, но сюжет интересный.",
    ),
    header: "Название;Автор;ISBN;Оценка;Заметки",
  },
  uk: {
    titles: lines(
      "Тіні забутих предків|Лісова пісня|Місто|Солодка Даруся|Ворошиловград|Кайдашева сім'я|Захар Беркут|Їжак і небо",
    ),
    names: lines("Леся Українка|Іван Франко|Марія Матіос|Сергій Жадан|Євген Гуцало"),
    remarks: lines("Дуже гарна книжка, раджу всім.|Читається легко, але кінець сумний."),
    header: "Назва;Автор;ISBN;Оцінка;Нотатки",
  },
  el: {
    titles: lines(
      "Αλέξης Ζορμπάς|Ο Καπετάν Μιχάλης|Η φόνισσα|Το τρίτο στεφάνι|Λωξάντρα|Ματωμένα χώματα|Ο τελευταίος πειρασμός",
    ),
    names: lines("Νίκος Καζαντζάκης|Άλκη Ζέη|Διδώ Σωτηρίου|Κώστας Ταχτσής|Έλλη Αλεξίου"),
    remarks: lines("Πολύ καλό βιβλίο, το συνιστώ.|Ωραία γλώσσα, αλλά μεγάλο."),
    header: "Τίτλος;Συγγραφέας;ISBN;Βαθμολογία;Σημειώσεις",
  },
  ja: {
    titles: lines(
      "海辺のカフカ|吾輩は猫である|人間失格|銀河鉄道の夜|ノルウェイの森|雪国|羅生門|こころ|容疑者Ｘの献身|コンビニ人間|火花|博士の愛した数式",
    ),
    names: lines("村上春樹|夏目漱石|太宰治|宮沢賢治|川端康成|東野圭吾|小川洋子"),
    remarks: lines(
      "とても面白かった。もう一度読みたい。|少し長いけれど、最後がよかった。|図書館で借りた本。",
    ),
    header: "タイトル;著者;ISBN;評価;メモ",
  },
  zh: {
    titles: lines(
      "红楼梦|三体|活着|围城|平凡的世界|白鹿原|许三观卖血记|边城|骆驼祥子|呐喊|狼图腾|黄金时代",
    ),
    names: lines("曹雪芹|刘慈欣|余华|钱钟书|路遥|陈忠实|沈从文|老舍|鲁迅|王小波"),
    remarks: lines(
      "很好看的小说，推荐给大家。|读了两遍，还是很感动。|翻译得不太好，但是故事不错。",
    ),
    header: "书名;作者;ISBN;评分;笔记",
  },
  tw: {
    titles: lines(
      "紅樓夢|傾城之戀|孽子|城南舊事|射鵰英雄傳|臺北人|文化苦旅|圍城|撒哈拉的故事|蒙馬特遺書",
    ),
    names: lines("曹雪芹|張愛玲|白先勇|林海音|金庸|三毛|龍應台|錢鍾書"),
    remarks: lines(
      "非常好看的小說，推薦給大家。|讀了兩遍，還是很感動。|翻譯得不太好，但是故事不錯。",
    ),
    header: "書名;作者;ISBN;評分;筆記",
  },
  ko: {
    titles: lines(
      "채식주의자|엄마를 부탁해|소년이 온다|칠십이 년생 김지영|난장이가 쏘아올린 작은 공|토지|태백산맥|살인자의 기억법|아몬드|불편한 편의점",
    ),
    names: lines("한강|신경숙|조남주|조세희|박경리|조정래|김영하|손원평|김호연"),
    remarks: lines(
      "정말 재미있게 읽었다. 다시 읽고 싶다.|조금 길지만 마지막이 좋았다.|도서관에서 빌린 책이다.",
    ),
    header: "제목;저자;ISBN;평점;메모",
  },
  vi: {
    titles: lines(
      "Truyện Kiều|Số đỏ|Nỗi buồn chiến tranh|Dế mèn phiêu lưu ký|Mắt biếc|Đất rừng phương Nam|Chí Phèo|Tắt đèn|Vợ nhặt|Cánh đồng bất tận|Gió lạnh đầu mùa",
    ),
    names: lines("Nguyễn Du|Vũ Trọng Phụng|Tô Hoài|Nguyễn Nhật Ánh|Đoàn Giỏi|Ngô Tất Tố"),
    remarks: lines("Rất hay, nên đọc một lần.|Kết thúc hơi buồn nhưng đẹp.|Đọc lại nhiều lần."),
    header: "Tên sách;Tác giả;ISBN;Đánh giá;Ghi chú",
  },
} as const satisfies Record<string, Vocabulary>;

export type Language = keyof typeof VOCABULARIES;

/**
 * Writes a library of at least `bytes` characters.
 * @param random from 0 to 1, exclusive
 */
export function libraryOf(language: Language, bytes: number, random: () => number): string {
  const { titles, names, remarks, header } = VOCABULARIES[language];
  const anyOf = (texts: readonly string[]): string =>
    texts[Math.floor(random() * texts.length)] ?? "";
  const english = ["Dune", "Kindred", "The Hobbit", "Emma", "Beloved", "Persuasion"];
  let text = `${random() < 0.5 ? header : "Title;Author;ISBN;Rating;Notes"}\r\n`;
  while (text.length < bytes) {
    const isForeign = random() < 0.3;
    const title = isForeign ? anyOf(english) : anyOf(titles);
    const isbn = `978${String(Math.floor(random() * 1e10)).padStart(10, "0")}`;
    const remark = random() < 0.3 ? anyOf(remarks) : "";
    text += `${title};${anyOf(names)};${isbn};${Math.ceil(random() * 5)};${remark}\r\n`;
  }
  return text;
}
