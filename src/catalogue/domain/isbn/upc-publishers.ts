/**
 * Publishers that printed a UPC-A instead of their ISBN on mass-market paperbacks, in the United States until about
 * 2008. The key is the first six digits of the UPC (the company), followed by the first digit of the add-on if a
 * company had two ISBN prefixes. The value is the start of the ISBN-10; the five-digit add-on is the rest.
 * The six-digit pairs were collected by people who scanned their shelves: https://www.eblong.com/zarf/bookscan/
 */
const ISBN_PREFIX_BY_COMPANY: Readonly<Record<string, string>> = {
  "014794": "08041",
  "018926": "0445",
  "027778": "0449",
  "037145": "0812",
  // Tor: 0-8125 at first, 0-7653 later.
  "0371453": "0765",
  "042799": "0785",
  "043144": "0688",
  "044903": "0312",
  "045863": "0517",
  "046594": "0064",
  "047132": "0152",
  "050694": "0345",
  "051487": "08167",
  "051488": "0140",
  "060771": "0002",
  "065373": "0373",
  "070992": "0523",
  "070993": "0446",
  "070999": "0345",
  "071001": "0380",
  "071009": "0440",
  "071125": "088677",
  "071136": "0451",
  "071149": "0451",
  "071152": "0515",
  "071162": "0451",
  "071268": "08217",
  "071831": "0425",
  "071842": "08439",
  "072742": "0441",
  "076714": "0671",
  "076783": "0553",
  "076814": "0449",
  "077434": "0743",
  "078021": "0872",
  "079808": "0394",
  "090129": "0679",
  "099455": "0061",
  "099769": "0451",
};

/** Whether a publisher used this UPC-A on its paperbacks, so that the add-on is needed to identify the book. */
export function isPublisherUpc(upcA: string): boolean {
  return ISBN_PREFIX_BY_COMPANY[upcA.slice(0, 6)] !== undefined;
}

/**
 * The first nine digits of the ISBN-10 for a publisher's UPC-A and its five-digit add-on. A prefix of more than four
 * digits overlaps the start of the add-on.
 */
export function isbn10BodyOf(upcA: string, addOn: string): string | undefined {
  const company = upcA.slice(0, 6);
  const prefix =
    ISBN_PREFIX_BY_COMPANY[company + addOn.slice(0, 1)] ?? ISBN_PREFIX_BY_COMPANY[company];
  return prefix === undefined ? undefined : prefix + addOn.slice(prefix.length - 4);
}
