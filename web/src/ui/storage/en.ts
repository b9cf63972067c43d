export const en = {
  none: "This browser keeps nothing beyond this page, as in a private window.",
  full: "This device has no room left. What it kept so far stays, and nothing new is kept beyond this page. Make room, then reload.",
  blocked:
    "Another tab has an older version of BooksTrack open, so nothing is kept beyond this page. Close that tab, then reload.",
  sent: "Your changes are in your account as soon as they are sent.",
  waiting: {
    one: "{count} change is not sent yet: it is lost if you close this page now.",
    other: "{count} changes are not sent yet: they are lost if you close this page now.",
  },
  account: "The account is not kept either: without its recovery code you cannot come back to it.",
} as const;
