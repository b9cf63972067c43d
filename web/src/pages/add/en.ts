export const en = {
  title: "Add a book",
  isbn: "ISBN",
  hint: "The number on the back, such as 978-0-441-17271-9. A barcode reader can type it.",
  add: "Add",
  missing: "Enter an ISBN.",
  unknown: "No catalogue knows this ISBN. Check its digits.",
  added: "{title} is on your shelf.",
  toShelf: "Show the shelf",
} as const;
