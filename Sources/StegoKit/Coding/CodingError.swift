/// The reason that a message could not be coded into a cover.
public struct CodingError: Error, Hashable, Sendable {
    /// Stable, to switch on.
    public enum Code: Hashable, Sendable {
        /// The arguments contradict each other: lengths, ranges, a height without columns.
        case invalidArguments
        /// More message bits than the elements can carry, whatever they cost.
        case messageTooLong(elements: Int)
        /// Too many elements are wet: no word with the wanted syndrome leaves them all alone.
        case infeasible
    }

    public let code: Code
    /// The sentence for people: what happened and what to do.
    public let reason: String

    static func invalidArguments(_ what: String) -> CodingError {
        CodingError(code: .invalidArguments, reason: "not codable: \(what)")
    }

    static func messageTooLong(bitCount: Int, elements: Int) -> CodingError {
        CodingError(
            code: .messageTooLong(elements: elements), reason: "\(bitCount) bits do not fit in \(elements) elements; shorten the message")
    }

    static func infeasible(bitCount: Int, elements: Int) -> CodingError {
        CodingError(
            code: .infeasible,
            reason: "\(bitCount) bits cannot be coded into \(elements) elements without changing one that must stay; "
                + "shorten the message or allow more elements to change")
    }
}

extension CodingError: CustomStringConvertible {
    public var description: String { reason }
}
