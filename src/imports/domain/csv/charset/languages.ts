/**
 * Frequencies of the letters outside ASCII by language, as `letters with the same frequency:per
 * thousand of these letters`. Derived from published letter frequencies; only their order of
 * magnitude matters.
 */
const LETTERS: Readonly<Record<string, string>> = {
  de: "ü:360 ä:300 ß:150 ö:170 é:10 à:3",
  fr: "é:560 à:140 è:90 ê:70 ç:40 îôûùâ:16 œëï:6",
  es: "ó:270 í:230 á:170 é:140 ñ:100 ú:60 ü:4 ¿¡:10",
  it: "à:420 è:260 ù:120 ò:90 ì:50 é:50",
  pt: "ã:230 ç:170 é:130 ê:110 ó:100 á:100 íú:50 âàôõ:20",
  nl: "ë:380 é:350 ï:140 è:50 öüó:20",
  sv: "ä:390 å:290 ö:290 é:20 ü:3",
  da: "å:370 ø:330 æ:270 é:15 öäü:4",
  fi: "ä:850 ö:130 å:10 éšž:1",
  is: "ð:240 á:150 í:130 þ:120 ó:90 ö:80 æ:70 ú:50 é:50 ý:20",
  pl: "ł:260 ę:160 ą:145 ó:125 ż:120 ś:95 ć:55 ń:30 ź:10",
  cs: "í:230 á:160 ě:115 é:95 ř:85 ý:75 ž:70 č:70 š:60 ů:45 ú:10 ťňďó:3",
  sk: "á:200 í:150 é:90 č:100 š:80 ž:80 ý:90 ú:70 ľ:40 ť:40 ô:20 ň:15 ď:15 ä:8 óŕĺ:3",
  hu: "é:280 á:270 ó:90 ő:80 ö:80 ü:50 í:50 ú:25 ű:18",
  ro: "ă:340 ş:180 ţ:180 î:180 â:80 șț:20",
  hr: "č:270 š:260 ž:190 ć:160 đ:60",
  tr: "ı:420 ü:155 ş:150 ç:95 ğ:95 ö:65 İ:20 âî:3",
  ru: "о:110 е:85 а:80 и:73 н:67 т:63 с:55 р:47 в:45 л:44 к:35 м:32 д:30 п:28 у:26 я:20 ы:19 ьг:17 зб:16 ч:14 й:12 х:10 ж:9 шю:7 ц:5 щэф:3 ъё:1",
  uk: "о:94 а:81 и:61 і:57 н:68 в:53 т:55 е:49 р:45 с:41 л:37 к:35 м:31 д:34 у:33 п:29 я:21 з:22 ь:18 б:17 г:16 й:11 ч:12 х:11 ж:8 ш:7 юцї:7 є:4 щф:4 ґ:1",
  bg: "а:118 е:83 и:89 о:91 т:77 н:70 р:45 с:45 в:41 л:34 к:34 д:33 п:31 м:26 з:22 я:19 ъ:18 у:15 г:15 б:14 ч:14 ж:8 й:8 щ:7 х:7 цш:6 ю:3 фь:2",
  ca: "à:200 éó:170 è:150 òç:135 í:90 ú:50 ï:20 ü:10",
  et: "ä:300 õ:280 ü:250 ö:100 šžé:8",
  lt: "ė:250 š:180 ų:170 ž:130 ū:100 į:90 ą:90 č:70 ę:40",
  lv: "ā:330 ē:160 ī:150 š:110 ū:60 ņ:50 ļ:40 ž:30 ķ:15 č:15 ģ:12 õö:1",
  sr: "а:120 о:100 и:95 е:90 н:58 р:50 с:48 т:46 ј:42 вук:40 д:37 м:33 л:31 п:29 з:18 г:17 б:16 ч:11 ц:9 њшћх:8 ж:6 љ:5 ђ:3 ф:2 џќѓѕ:1",
  be: "а:150 ні:65 р:50 олыес:45 яткц:40 уд:35 в:30 мп:28 зў:25 гь:20 б:16 ч:14 хй:10 шжэ:8 ю:7 ё:4 ф:2",
  // As in windows-1258, where the tone of most vowels is a separate character.
  vi: "\u0301:105 \u0323:100 \u0300:95 đ:85 ư:75 â:60 ô:55 à:55 ê:50 á:50 \u0309:50 ơ:45 \u0303:30 ă:28 ó:22 í:20 ú:14 ù:8 é:6 è:2",
  he: "י:110 ו:105 ה:95 ל:75 א:65 ר:60 ת:55 ב:50 שמ:47 נם:32 ע:30 ד:27 ח:24 כק:21 פ:17 ס:16 ן:14 טגז:13 צ:11 ך:9 ףץ:4",
  ar: "ا:130 ل:115 ي:75 م:62 و:60 ن:56 ر:50 ت:45 بةع:37 د:35 أسفه:30 كق:25 ح:22 ج:16 ش:14 صى:12 طخإ:10 ضذز:8 ثئغء:6 آظؤ:2 پگچژ:1",
  th: "า:80 น:75 ร:70 อ:65 ก:60 เ:50 งมั่:45 ย้:42 ีล:40 วดทสิ:34 ตะบคห:26 ปแไพุ:21 ูจข:18 ใโช์ื:15 ำึ็ถผศ:9 ธณซญภ:6 ษฟฉๆ:4 ฝฐ:2 ฏฎฒฬฮฤ:1",
  el: "α:96 ο:85 ι:80 ε:78 τ:77 ν:65 σ:50 η:49 ς:41 υ:43 ρ:41 π:40 κ:39 μ:34 λ:30 ί:26 ω:24 ό:22 ά:21 έ:18 ή:18 θ:13 δ:17 γ:16 χ:11 φ:9 ύ:10 ώ:8 β:7 ξ:4 ζ:3 ψ:2 ϊΐϋΰ:1",
};

/** Frequent characters of languages without an alphabet, most frequent first. */
const CHARACTERS: Readonly<Record<"zh" | "tw" | "ja" | "ko", string>> = {
  zh:
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运" +
    "爱红楼梦故事西游水浒传三国演义鲁迅余华莫言围城活着平凡世界兄弟生死疲劳白鹿原边城骆驼祥子呐喊彷徨小说选集文学历史哲学上下册全集出版社作家读书评分想读已读在读书名作者",
  tw:
    "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實日軍者意無力它與長把機十民第公此已工使情明性知全三又關點正業外將兩高間由問很最重並物手應戰向頭文體政美相見被利什二等產或新己制身果加西斯月話合回特代內信表化老給世位次度門任常先海通教兒原東聲提立及比員解水名真論處走義各入幾口認條平系氣題活爾更別打女變四神總何電數安少報才結反受目太量再感建務做接必場件計管期市直德資命山金指克許統區保至隊形社便空決治展馬科司五基眼書非則聽白卻界達光放強即像難且權思王象完設式色路記南品住告類求據程北邊死張該交規萬取拉格望覺術領共確傳師觀清今切院讓識候帶導爭運" +
    "愛紅樓夢三國演義水滸魯迅圍城兄弟孽子臺灣世界小說選集文學歷史哲學冊全集出版讀書評分已讀想讀在讀書名作者傾城之戀射鵰英雄傳倚天屠龍記鹿鼎白先勇龍應台金庸瓊瑤張愛玲",
  ja:
    "日一人年大十二本中長出三時行見月分後前生五間上東四今金九入学高円子外八六下来気小七山話女北午百書先名川千水半男西電校語土木聞食車何南万毎白天母火右読友左休父雨会同事自社発者地業方新場員立開手力問代明動京目通言理体田主題意不作用度強公持野以思家世多正安院心界教文元重近考画海売知道集別物使品計死特私始朝運終台広住真有口少町料工建空急止送切転研足究楽起着店病質待試族銀早映親験英医仕去味写字答夜音注帰古歌買悪図週室歩風紙黒花春赤青館屋色走秋夏習駅洋旅服夕借曜飲肉貸堂鳥飯勉冬昼茶弟牛魚兄犬妹姉漢" +
    "村上春樹海辺夏目漱石川端康成太宰治坊吾輩猫雪国人間失格罪罰三島由紀夫金閣寺火花直樹文藝春秋東野圭吾宮部恩田陸小説物語全集著者出版社評価読了感想世界終郷愛夢城戦争平和殺森湯沢谷松竹井藤佐伊鈴高橋渡辺加吉岡原中島阿部幸恵美里香奈々講談新潮角岩波集英幻冬舎",
  ko: "이다는의에을를가고하은지로기사한리그어아도나서인자시대일들스정라해부수여전장조과제보구만주상면간게원있것등국성공위비신안적경우오중당역관무와으요마모미니발문거동개회생선러방소내연거실민물학교세화출까년설소작은이야된때람명행영진용음을책별달없않되었던했며할각저매월심유계바더본품양단통형트드타카크토파포프피디네레루키히호후추치초최차처쪽채점평읽싶독중김박최한강철소설작가세계사랑시집편출판사제목저자평점완독문학동네민음창비은희경황석영조남주해변카프카",
};

/** A language's letters or characters outside ASCII. */
export interface LetterModel {
  /** Logarithm of the probability of each character. */
  chances: ReadonlyMap<string, number>;
  /** The expected value of these logarithms in a text. */
  mean: number;
}

/** Share of capitals, at the beginning of words and in titles. */
const CAPITAL_SHARE = 0.12;

function alphabetModel(table: string): LetterModel {
  const model = new Map<string, number>();
  const groups = table.split(" ").map((group) => {
    const [letters = "", count] = group.split(":");
    return { letters: Array.from(letters), count: Number(count) };
  });
  const total = groups.reduce((sum, { letters, count }) => sum + letters.length * count, 0);
  let mean = 0;
  for (const { letters, count } of groups) {
    for (const letter of letters) {
      const share = (0.95 * count) / total;
      mean += share * Math.log(share * (1 - CAPITAL_SHARE));
      model.set(letter, Math.log(share * (1 - CAPITAL_SHARE)));
      const capital = letter.toUpperCase();
      if (capital !== letter && capital.length === 1 && !model.has(capital)) {
        model.set(capital, Math.log(Math.max(share, 0.002) * CAPITAL_SHARE));
      }
    }
  }
  return { chances: model, mean };
}

function characterModel(characters: string): LetterModel {
  const distinct = [...new Set(characters)];
  const chances = new Map(
    distinct.map((character, rank) => [character, -4.6 - (1.9 * rank) / distinct.length]),
  );
  return { chances, mean: -5.5 };
}

const NONE: LetterModel = { chances: new Map(), mean: 0 };

let alphabets: ReadonlyMap<string, LetterModel> | undefined;
let scripts: ReadonlyMap<string, LetterModel> | undefined;

/** The model of a language with an alphabet. Built on first use. */
export function alphabetOf(language: string): LetterModel {
  alphabets ??= new Map(
    Object.entries(LETTERS).map(([name, table]) => [name, alphabetModel(table)]),
  );
  return alphabets.get(language) ?? NONE;
}

/** The model of the frequent characters of Chinese (`zh`, `tw`), Japanese or Korean. Built on first use. */
export function charactersOf(language: keyof typeof CHARACTERS): LetterModel {
  scripts ??= new Map(
    Object.entries(CHARACTERS).map(([name, characters]) => [name, characterModel(characters)]),
  );
  return scripts.get(language) ?? NONE;
}
