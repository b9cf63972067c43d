import type { Translation } from "../../i18n/texts.ts";
import type { en } from "./en.ts";

export default {
  title: "Bücher scannen",
  choices: "Für jedes Buch",
  status: "Status",
  tags: "Schlagwörter",
  tagsHint: "Durch Kommas getrennt, etwa Dachboden, Kiste 3",
  signals: "Wenn ein Buch gescannt ist",
  sound: "Ton",
  vibration: "Vibration",
  camera: "Kamera",
  cameraPicture: "Bild der Kamera",
  aim: "Halte einen Strichcode in den Rahmen. Bücher kommen ohne Tippen ins Regal.",
  starting: "Die Kamera startet …",
  off: "Die Kamera ist angehalten.",
  start: "Kamera starten",
  pause: "Anhalten",
  torch: "Licht",
  cameraNumber: "Kamera {number}",
  photo: "Foto eines Strichcodes",
  photoReading: "Das Foto wird gelesen …",
  photoNothing:
    "Auf diesem Foto ist kein lesbarer Strichcode. Nimm es aus der Nähe auf, gerade und bei gutem Licht.",
  photoBroken: "Diese Datei ist kein Bild, das der Browser lesen kann.",
  insecure: "Die Kamera braucht eine sichere Verbindung",
  insecureText:
    "Diese Seite wurde über einfaches HTTP geöffnet; da geben Browser die Kamera nicht frei. Öffne sie über HTTPS oder auf dem Rechner selbst, oder gib die Bücher unten ein.",
  denied: "Die Kamera ist nicht erlaubt",
  deniedText:
    "Erlaube dieser Seite die Kamera in den Einstellungen des Browsers neben der Adressleiste, und starte sie noch einmal. Bis dahin kannst du Bücher unten eingeben.",
  missing: "Es gibt keine Kamera",
  missingText:
    "Dieses Gerät hat keine Kamera, die der Browser benutzen kann. Gib die Bücher unten ein.",
  busy: "Die Kamera wird benutzt",
  busyText:
    "Eine andere App oder ein anderer Tab benutzt die Kamera. Schließe das und starte sie noch einmal, oder gib die Bücher unten ein.",
  lost: "Die Kamera wurde getrennt",
  lostText:
    "Sie wurde ausgesteckt, oder eine andere App benutzt sie. Bis sie wieder da ist, kannst du Bücher unten eingeben.",
  failed: "Die Kamera startet nicht",
  failedText:
    "Der Browser nennt keinen Grund. Starte sie noch einmal, oder gib die Bücher unten ein.",
  noReader: "Der Strichcodeleser konnte nicht geladen werden",
  noReaderText:
    "Er wird beim ersten Scannen geladen, und das braucht eine Verbindung. Starte die Kamera später noch einmal, oder gib die Bücher unten ein.",
  number: "Nummer oder Strichcodeleser",
  numberHint:
    "Tippe eine ISBN ein, oder benutze einen angeschlossenen Strichcodeleser: Er fügt ein Buch nach dem anderen hinzu.",
  numberMissing: "Gib eine ISBN ein.",
  add: "Hinzufügen",
  scanned: "Gescannt",
  count: { one: "{count} Buch hinzugefügt", other: "{count} Bücher hinzugefügt" },
  nothing: "Noch nichts gescannt. Die Bücher erscheinen hier mit ihren Titeln.",
  looking: "Wird nachgeschlagen …",
  added: "In deinem Regal",
  queued: "In deinem Regal. Der Titel folgt, sobald es eine Verbindung gibt.",
  waiting: "Wartet auf eine Verbindung, um nachgeschlagen zu werden",
  known: "Schon in deinem Regal",
  changed: "Geändert wie gewählt",
  undone: "Zurückgenommen",
  again: "schon gescannt",
  wrongDigit: "Die Prüfziffer stimmt nicht. Scanne noch einmal, oder tippe die ISBN ein.",
  needsAddOn:
    "Diesem Strichcode fehlt der kurze daneben. Halte beide ins Bild, oder gib die ISBN aus dem Buch ein.",
  issn: "Das ist eine Zeitschrift, kein Buch.",
  ismn: "Das sind Musiknoten, kein Buch.",
  product: "Dieser Strichcode gehört zu keinem Buch.",
  unknown: "Kein Katalog kennt dieses Buch.",
  undoOf: "Rückgängig: {title}",
  apply: "Ändern wie gewählt",
  applyOf: "Ändern wie gewählt: {title}",
  byHand: "Selbst eintragen",
  byHandOf: "Selbst eintragen: {isbn}",
  meant: "Meintest du",
} satisfies Translation<typeof en>;
