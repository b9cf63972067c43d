export const en = {
  none: "This browser stores nothing beyond this page, perhaps because the window is private.",
  full: "This device has no storage space left. What it has stored is safe, but nothing new is stored beyond this page. Free some space, then reload.",
  blocked:
    "Another tab has an older version of BooksTrack open, so nothing is stored beyond this page. Close that tab, then reload.",
  sent: "Your changes are in your account as soon as they are sent.",
  waiting: {
    one: "{count} change is not sent yet: it is lost if you close this page now.",
    other: "{count} changes are not sent yet: they are lost if you close this page now.",
  },
  account:
    "The account is not stored either: without its recovery code you cannot access it again.",
} as const;
