/** The ISBN-13 of its first twelve digits. */
export function checkDigit13(twelve: string): string {
  const sum = [...twelve].reduce((total, digit, at) => total + Number(digit) * (at % 2 ? 3 : 1), 0);
  return `${twelve}${(10 - (sum % 10)) % 10}`;
}

/** The ISBN-10 of an ISBN-13 that begins with 978. */
export function toIsbn10(isbn13: string): string {
  const nine = isbn13.slice(3, 12);
  const sum = [...nine].reduce((total, digit, at) => total + Number(digit) * (10 - at), 0);
  const check = (11 - (sum % 11)) % 11;
  return `${nine}${check === 10 ? "X" : check}`;
}
