export function madeUpIsbn(index: number): string;
export function goodreadsExport(rows: number, reader: string): string;
