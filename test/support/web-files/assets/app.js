document.title = "BooksTrack";
