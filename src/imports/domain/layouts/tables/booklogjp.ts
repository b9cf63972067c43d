import type { Layout } from "../layout.ts";

/** booklog.jp. Its files have no header line; the columns are these, in this order. */
export const BOOKLOG_JP: Layout = {
  format: "booklogjp",
  id: [["サービスID", "アイテムID"]],
  ratingScale: 5,
  marks: [
    "サービスID",
    "アイテムID",
    "13桁ISBN",
    "読書状況",
    "読書メモ(非公開)",
    "登録日時",
    "読了日",
    "作者名",
    "出版社名",
  ],
  columns: {
    サービスID: "extra",
    アイテムID: "isbnOrOther",
    "13桁ISBN": "isbn",
    カテゴリ: "tags",
    評価: "rating",
    読書状況: "status",
    レビュー: "review",
    タグ: "tags",
    "読書メモ(非公開)": "notes",
    登録日時: "addedAt",
    読了日: "finishedAt",
    タイトル: "title",
    作者名: "authorsInAnyOrder",
    出版社名: "publisher",
    発行年: "publicationYear",
    ジャンル: "media",
    ページ数: "pageCount",
  },
};
