import DICOM

/// Writes DICOM files byte by byte, also what no sound writer writes.
struct RawFile {
    struct Element {
        var group: UInt16
        var element: UInt16
        var vr: String
        var value: [UInt8] = []
        var items: [[Element]]?
        /// Encapsulated pixel data: the items and the delimiter.
        var isUndefined = false
    }

    var preamble = [UInt8](repeating: 0, count: 128)
    var meta: [Element] = []
    var elements: [Element] = []
    var tail: [UInt8] = []
    var isExplicit = true
    var isBigEndian = false

    /// - Parameter deflated: how the data set is deflated, where it is.
    func bytes(deflated: DeflateParameters? = nil) throws -> [UInt8] {
        var body: [UInt8] = []
        for element in elements.sorted(by: { ($0.group, $0.element) < ($1.group, $1.element) }) {
            append(element, to: &body, isExplicit, isBigEndian)
        }
        var head = preamble + Array("DICM".utf8)
        for element in meta.sorted(by: { $0.element < $1.element }) { append(element, to: &head, true, false) }
        return try head + (deflated?.deflate(body + tail) ?? body + tail)
    }

    private func append(_ element: Element, to bytes: inout [UInt8], _ isExplicit: Bool, _ isBigEndian: Bool) {
        func number(_ value: Int, _ width: Int) -> [UInt8] {
            let little = (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
            return isBigEndian ? little.reversed() : little
        }
        var value = element.value
        if let items = element.items {
            for item in items {
                var inner: [UInt8] = []
                for child in item.sorted(by: { ($0.group, $0.element) < ($1.group, $1.element) }) {
                    append(child, to: &inner, isExplicit, isBigEndian)
                }
                value += number(0xFFFE, 2) + number(0xE000, 2) + number(inner.count, 4) + inner
            }
        } else if value.count % 2 == 1 {
            value.append(["OB", "OW", "UI", "UN"].contains(element.vr) ? 0 : 0x20)
        }
        let width = ["OW": 2, "US": 2, "SS": 2, "UL": 4, "FD": 8][element.vr] ?? 1
        if isBigEndian, element.items == nil, width > 1 {
            value = stride(from: 0, to: value.count, by: width).flatMap { value[$0..<min($0 + width, value.count)].reversed() }
        }
        bytes += number(Int(element.group), 2) + number(Int(element.element), 2)
        let length = element.isUndefined ? 0xFFFF_FFFF : value.count
        let isLong = ["OB", "OW", "OF", "OD", "UN", "UT", "UC", "UR", "SQ"].contains(element.vr)
        if isExplicit {
            bytes += Array(element.vr.utf8) + (isLong ? [0, 0] + number(length, 4) : number(length, 2))
        } else {
            bytes += number(length, 4)
        }
        bytes += value
    }
}

extension RawFile.Element {
    static func number(_ group: UInt16, _ element: UInt16, _ value: Int) -> Self {
        Self(group: group, element: element, vr: "US", value: [UInt8(value & 0xFF), UInt8(value >> 8)])
    }

    static func text(_ group: UInt16, _ element: UInt16, _ vr: String, _ text: String) -> Self {
        Self(group: group, element: element, vr: vr, value: Array(text.utf8))
    }
}
