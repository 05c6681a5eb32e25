import Basics

/// Text for a page of HTML.
enum MarkupText {
    /// The text with the five characters replaced that mean something in HTML, and without characters that steer anything.
    static func escaped(_ text: String) -> String {
        PlainText.harmless(text, limit: nil).escapedForHTML
    }
}
