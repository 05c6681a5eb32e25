import Foundation

/// One spelling for each value: what an archive writes differently without changing it compares equal.
enum CanonicalValue {
    /// The values of an attribute, a backslash between them; empty where there is none.
    ///
    /// - Parameter values: text as it was meant, whatever its character set was; padding may still be there.
    static func bytes(_ values: [String], _ kind: HeaderAttribute.Kind) -> [UInt8] {
        let texts = values.map { text($0, kind) }
        var joined = texts.joined(separator: "\\")
        while joined.hasSuffix("=") { joined.removeLast() }
        return texts.allSatisfy(\.isEmpty) ? [] : Array(joined.utf8)
    }

    private static func text(_ value: String, _ kind: HeaderAttribute.Kind) -> String {
        let composed = value.precomposedStringWithCanonicalMapping
        switch kind {
        case .text: return trimmed(composed)
        case .number: return number(trimmed(composed))
        case .person: return person(composed)
        case .time:
            var time = trimmed(composed)
            guard time.contains(".") else { return time }
            while time.hasSuffix("0") { time.removeLast() }
            return time.hasSuffix(".") ? String(time.dropLast()) : time
        }
    }

    private static func trimmed(_ text: String) -> String {
        text.trimmingCharacters(in: CharacterSet(charactersIn: " \0\t\r\n"))
    }

    /// Components without spaces around them, and without empty ones at the end of each group (PS3.5 §6.2.1).
    private static func person(_ name: String) -> String {
        let groups = name.split(separator: "=", omittingEmptySubsequences: false).map { group in
            var components = group.split(separator: "^", omittingEmptySubsequences: false).map { trimmed(String($0)) }
            while components.last == "" { components.removeLast() }
            return components.joined(separator: "^")
        }
        return groups.joined(separator: "=")
    }

    /// The shortest plain decimal: no exponent, no sign of plus, no zeros that say nothing. Text that is no number stays as it is.
    static func number(_ text: String) -> String {
        var rest = Substring(text.lowercased())
        let isNegative = rest.first == "-"
        if rest.first == "-" || rest.first == "+" { rest.removeFirst() }
        let parts = rest.split(separator: "e", maxSplits: 1, omittingEmptySubsequences: false)
        guard let mantissa = parts.first, let exponent = parts.count == 2 ? Int(parts[1]) : 0, abs(exponent) <= 400 else { return text }
        let halves = mantissa.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = halves.first, mantissa.contains(where: \.isNumber) else { return text }
        let fraction = halves.count == 2 ? halves[1] : ""
        let isDigit: (Character) -> Bool = { $0.isASCII && $0.isNumber }
        guard whole.allSatisfy(isDigit), fraction.allSatisfy(isDigit) else { return text }
        var digits = Array(whole + fraction)
        var point = whole.count + exponent
        while point > digits.count { digits.append("0") }
        while point < 0 {
            digits.insert("0", at: 0)
            point += 1
        }
        var left = String(digits[..<point].drop { $0 == "0" })
        var right = String(digits[point...])
        while right.hasSuffix("0") { right.removeLast() }
        if left.isEmpty { left = "0" }
        let plain = right.isEmpty ? left : "\(left).\(right)"
        return isNegative && plain != "0" ? "-" + plain : plain
    }
}

/// The canonical values of the attributes of one header, in the order of `HeaderAttribute.all`.
public struct HeaderValues: Hashable, Sendable {
    let values: [[UInt8]]

    /// - Parameter value: the texts of an attribute, decoded from the file's character set; none where it is absent or empty.
    public init(_ value: (HeaderAttribute) -> [String]) {
        values = HeaderAttribute.all.map { CanonicalValue.bytes(value($0), $0.kind) }
    }

    /// The canonical value of an attribute, for a person.
    public func text(_ attribute: HeaderAttribute) -> String {
        HeaderAttribute.all.firstIndex(of: attribute).map { String(decoding: values[$0], as: UTF8.self) } ?? ""
    }
}
