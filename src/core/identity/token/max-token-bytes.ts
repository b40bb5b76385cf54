/** The longest identity token that is sent or taken. More than any system makes: the longest seen are under 4 KiB. */
export const maxTokenBytes = 16_384;
