export const en = {
  title: "Add a book",
  isbn: "ISBN",
  hint: "The number on the back, such as 978-0-441-17271-9. A barcode reader can type it.",
  add: "Add",
  missing: "Enter an ISBN.",
  unknown: "No catalogue knows this ISBN. Check its digits.",
  added: "{title} is on your shelf.",
  toShelf: "Show the shelf",
  recoveryTitle: "Keep your recovery code",
  recovery:
    "It is the only way back to your books if this device is lost. Write it down; it is shown only now.",
} as const;
