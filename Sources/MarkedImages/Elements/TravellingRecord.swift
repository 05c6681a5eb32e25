/// A mark without its image, as a file: whatever becomes of the image, its copies can be compared with what was marked.
///
/// It is as confidential as the header and a small picture of the image are: it lets values of the header be tried, and it shows the image
/// at the size of a cell. What it says is proven by the signature in its bodies. docs/formats/mark-element.md has the layout.
public struct TravellingRecord: Equatable, Sendable {
    /// The extension of a record's file: it stands behind the image's name.
    public static let nameExtension = "vrc"

    private static let magic: [UInt8] = Array("VRS".utf8) + [1]

    /// SOP Instance UID, or the file's own name where it had none.
    public let instance: String
    let element: MarkElement

    init(instance: String, element: MarkElement) {
        (self.instance, self.element) = (instance, element)
    }

    /// Whether bytes claim to be a record, of any version.
    public static func isClaimed(by bytes: [UInt8]) -> Bool { bytes.starts(with: magic.prefix(3)) }

    /// Magic (4) ‖ length of the instance's name (1) ‖ name ‖ for each value of the element: number (1) ‖ length (4) ‖ value.
    public var bytes: [UInt8] {
        let name = Array(instance.utf8.prefix(255))
        var bytes = Self.magic + [UInt8(name.count)] + name
        for (number, value) in element.values {
            bytes.append(number)
            withUnsafeBytes(of: UInt32(truncatingIfNeeded: value.count).bigEndian) { bytes += $0 }
            bytes += value
        }
        return bytes
    }

    /// - Parameter name: the file's, for errors.
    /// - Throws: `MarkedImagesError` for bytes that are no record.
    public init(bytes: [UInt8], name: String) throws {
        guard bytes.count > 4, Self.isClaimed(by: bytes) else { throw MarkedImagesError(.badData, "\(name): it is no record of a mark") }
        guard bytes[3] == Self.magic[3] else {
            throw MarkedImagesError(.badData, "\(name): it is a record of version \(bytes[3]), which only a newer release can read")
        }
        let damaged = MarkedImagesError(.badData, "\(name): the record is damaged; take another copy of it")
        let nameEnd = 5 + Int(bytes[4])
        guard nameEnd <= bytes.count, let instance = String(validating: bytes[5..<nameEnd], as: UTF8.self) else { throw damaged }
        var (rest, values) = (bytes[nameEnd...], [UInt8: [UInt8]]())
        while let number = rest.popFirst() {
            let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            guard rest.count >= 4, length <= rest.count - 4, values[number] == nil else { throw damaged }
            values[number] = Array(rest.dropFirst(4).prefix(length))
            rest = rest.dropFirst(4 + length)
        }
        guard let element = MarkElement({ values[$0] }) else { throw damaged }
        self.init(instance: instance, element: element)
    }
}
