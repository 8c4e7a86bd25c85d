// What a terminal would obey, and what turns text around.

/** A colour, a title of the window, a link, a way back over the line, and the marks that turn text around. */
export const escapes =
  "\u001b[31m\u001b]0;title\u0007\u001b]8;;https://example.com\u001b\\\u009b2K\r\b\u0000\u202e\u2066\u061c\u200f\u{e0041}\u2028";
/** What none of it may leave behind. */
export const raw = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]|(?![\u200c\u200d])\p{Cf}/u;
