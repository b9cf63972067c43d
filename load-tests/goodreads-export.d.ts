export function madeUpIsbn(index: number): string;
export function goodreadsExport(rows: number, user: string): string;
