export const en = {
  want_to_read: "Want to read",
  reading: "Reading",
  completed: "Read",
  paused: "Paused",
  abandoned: "Did not finish",
  none: "No status",
  paperback: "Paperback",
  hardcover: "Hardcover",
  ebook: "E-book",
  audiobook: "Audiobook",
  other: "Other",
} as const;
