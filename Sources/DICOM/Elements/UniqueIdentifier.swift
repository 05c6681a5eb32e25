import Crypto

/// DICOM unique identifiers (PS3.5 §9, Annex B).
public enum UniqueIdentifier {
    /// The root below which DICOM's own well-known UIDs lie.
    public static let standardRoot = "1.2.840.10008."

    /// At most 64 characters: numbers without leading zeros, dots between them.
    public static func isValid(_ text: String) -> Bool {
        guard (1...64).contains(text.utf8.count) else { return false }
        return text.utf8.split(separator: 0x2E, omittingEmptySubsequences: false).allSatisfy { component in
            !component.isEmpty && component.allSatisfy { (0x30...0x39).contains($0) } && (component.count == 1 || component.first != 0x30)
        }
    }

    /// `2.25.` and a 128-bit number in decimal (PS3.5 §B.2, ISO/IEC 9834-8), with version and variant bits of a name-based UUID set.
    ///
    /// - Parameter seed: at least 16 bytes that decide the number; only the first 16 count. Fewer are filled up with zeros.
    public static func fromUUID(_ seed: some Sequence<UInt8>) -> String {
        var octets = Array(seed.prefix(16))
        octets += [UInt8](repeating: 0, count: 16 - octets.count)
        octets[6] = octets[6] & 0x0F | 0x80
        octets[8] = octets[8] & 0x3F | 0x80
        return fromOctets(octets)
    }

    /// `2.25.` and the number that sixteen octets make, most significant first.
    static func fromOctets(_ octets: [UInt8]) -> String { "2.25." + decimal(octets) }

    /// The UID that a label names: the same label, the same UID, on every machine. For constants of this software.
    public static func named(_ label: String) -> String {
        fromUUID(SHA256.hash(data: Array("veilray uid ".utf8) + Array(label.utf8)))
    }

    /// Long division by ten: the standard library has no 128-bit integer on every platform that this builds for.
    private static func decimal(_ octets: [UInt8]) -> String {
        var number = octets
        var digits: [UInt8] = []
        repeat {
            var remainder = 0
            for index in number.indices {
                let value = remainder << 8 | Int(number[index])
                number[index] = UInt8(truncatingIfNeeded: value / 10)
                remainder = value % 10
            }
            digits.append(0x30 + UInt8(truncatingIfNeeded: remainder))
        } while number.contains { $0 != 0 }
        return String(decoding: digits.reversed(), as: UTF8.self)
    }
}
