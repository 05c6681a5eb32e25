import Crypto

extension PublicHeader {
    /// The digest of what a public header says about the image, the same whatever transfer syntax the file has.
    ///
    /// Only attributes of the allow-list count (and the three UIDs of study, series and instance), each in the form that
    /// `docs/dicom/header-digest.md` specifies: tag, length, value without padding. What transcoders and archives may change, and whatever else they add, does not.
    /// So a header has this digest when it is made, when it is read back, and after a conversion to another transfer syntax.
    public static func digest(of dataSet: DataSet) -> SHA256Digest {
        var encoder = CanonicalEncoder()
        encoder.append(dataSet, AllowList.digested)
        return SHA256.hash(data: CanonicalEncoder.label + encoder.bytes)
    }
}

extension AllowList {
    /// The attributes of the digest: the allow-list's and the replaced UIDs, ascending.
    fileprivate static let digested: [AllowedElement] = {
        let identity = [Tag.sopInstanceUID, .studyInstanceUID, .seriesInstanceUID].map { AllowedElement($0, .UI, .mappedUID) }
        return (elements.filter(\.isDigested) + identity).sorted { $0.tag < $1.tag }
    }()
}

/// The canonical form: independent of value representations, padding and lengths of sequences.
private struct CanonicalEncoder {
    static let label = Array("veilray public header 1\0".utf8)

    private(set) var bytes: [UInt8] = []

    mutating func append(_ dataSet: DataSet, _ lines: [AllowedElement]) {
        for line in lines {
            guard let element = dataSet[line.tag], !element.isEmpty else { continue }
            if let children = line.children {
                append(element, children)
            } else {
                append(value(element, line), tag: line.tag)
            }
        }
    }

    private mutating func append(_ sequence: DataElement, _ children: [AllowedElement]) {
        bytes.append(sequence.tag)
        bytes.appendLittleEndian(UInt32(truncatingIfNeeded: sequence.items.count))
        for item in sequence.items {
            var encoder = CanonicalEncoder()
            encoder.append(item, children)
            bytes.appendLittleEndian(UInt32(truncatingIfNeeded: encoder.bytes.count))
            bytes += encoder.bytes
        }
    }

    private mutating func append(_ value: ArraySlice<UInt8>, tag: Tag) {
        // One frame may be written out or left to be understood.
        if value.isEmpty || tag == .numberOfFrames && Array(value) == [0x31] { return }
        bytes.append(tag)
        bytes.appendLittleEndian(UInt32(truncatingIfNeeded: value.count))
        bytes += value
    }

    /// Text without surrounding spaces and trailing null bytes; everything else as it is, little endian.
    private func value(_ element: DataElement, _ line: AllowedElement) -> ArraySlice<UInt8> {
        guard line.vr.isText else { return element.bytes }
        let isPadding: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0 }
        guard let first = element.bytes.firstIndex(where: { !isPadding($0) }), let last = element.bytes.lastIndex(where: { !isPadding($0) })
        else {
            return []
        }
        return element.bytes[first...last]
    }
}
