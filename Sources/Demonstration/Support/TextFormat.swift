import Foundation

/// Numbers as people read them, the same under every locale.
enum TextFormat {
    /// Groups of three digits with a blank between them: "262 144".
    static func grouped(_ number: Int) -> String {
        let digits = String(number.magnitude)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(" ") }
            text.append(digit)
        }
        return number < 0 ? "−" + text : text
    }

    static func fixed(_ number: Double, digits: Int) -> String {
        String(format: "%.\(digits)f", number)
    }
}
