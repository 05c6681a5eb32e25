/// Encapsulated pixel data of which only what decoding needs is left, and how the original value is made of it again.
///
/// Application and comment segments, boxes, bytes behind the end, fill bytes, unused tables, what fills up entropy-coded bytes, offset
/// tables, the division into fragments and their padding are not needed. docs/dicom/codestreams.md lists what passes.
public struct NeededPixels: Sendable {
    public let pixels: EncapsulatedPixels
    /// Makes the original's value of the serialised ``pixels``.
    public let edits: ByteEdits
    /// The needed bytes that may be searched for text: all but Huffman tables, which hold code numbers and nothing else.
    public let texts: [ArraySlice<UInt8>]
    /// The most bits that a sample of a codestream has.
    public let precision: Int

    /// - Throws: `unsupportedTransferSyntax` for a codec whose codestreams cannot be walked, `corruptCodestream` where a frame cannot be
    ///   walked to its end, `pixelsTooLarge`, and what dividing the fragments into frames throws.
    /// - Parameter limit: how large a frame may be. A walk takes less memory than decoding, but takes it by the announced size as well.
    public init(of file: DICOMFile, limit: DecodingLimit = DecodingLimit()) throws(DICOMError) {
        guard let description = file.pixels, let range = file.pixelDataRange, file.isPixelDataEncapsulated else {
            throw DICOMError(.noPixelData, "the object has no encapsulated pixel data", tag: .pixelData)
        }
        let frames = try FragmentedFrames(file.expanded, range, frames: description.frames, syntax: file.transferSyntax)
        var walked: [WalkedFrame] = []
        let oneFrame = try description.repeated(1)
        for (index, codestream) in frames.codestreams(in: file.expanded).enumerated() {
            try limit.check(oneFrame, codestreamByteCount: codestream.count)
            guard let frame = WalkedFrame(codestream, description, file.transferSyntax.codec) else {
                throw DICOMError(
                    .corruptCodestream, "frame \(index + 1) cannot be divided into what \(file.transferSyntax) needs and what not",
                    tag: .pixelData)
            }
            walked.append(frame)
        }
        pixels = EncapsulatedPixels(
            transferSyntax: file.transferSyntax, description: description, fragments: walked.map { $0.parts.needed })
        precision = walked.reduce(0) { max($0, $1.precision) }
        texts = walked.flatMap(\.texts)
        let value = file.expanded[range]
        let copies = pixels.copies(of: walked.map(\.parts.copies), fragments: frames.ranges, from: range.lowerBound)
        edits = ByteEdits(copies: copies, from: pixels.serialised(), to: value)
    }
}

extension EncapsulatedPixels {
    /// Where stretches of the serialised value stand in an original value.
    ///
    /// - Parameters:
    ///   - frames: the copies of each frame, counted in its fragment here and in the original's joined codestream there.
    ///   - originalFragments: where the fragments of each frame lie.
    ///   - start: where the original value begins.
    ///   - hasTable: whether the serialised value has its offset table, rather than an empty one.
    func copies(
        of frames: [[ByteCopy]], fragments originalFragments: [[Range<Int>]], from start: Int, hasTable: Bool = true
    ) -> [ByteCopy] {
        var result: [ByteCopy] = []
        var base = 8 + (hasTable ? 4 * offsetTable.count : 0)
        for (index, copies) in frames.enumerated() {
            base += 8
            var joined = JoinedFragments(originalFragments[index])
            for copy in copies {
                joined.forEachPart(of: copy) { part in
                    result.append(ByteCopy(base: base + part.base, target: part.target - start, count: part.count))
                }
            }
            base += fragments[index].count
        }
        return result
    }
}

/// Finds the places of a joined codestream in the fragments that it was joined of, going forward.
struct JoinedFragments {
    private let fragments: [Range<Int>]
    private var current = 0
    /// Where the current fragment begins in the joined codestream.
    private var joinedStart = 0

    init(_ fragments: [Range<Int>]) { self.fragments = fragments }

    mutating func forEachPart(of copy: ByteCopy, _ body: (ByteCopy) -> Void) {
        var rest = copy
        while rest.count > 0, current < fragments.count {
            let fragment = fragments[current]
            let offset = rest.target - joinedStart
            guard offset < fragment.count else {
                joinedStart += fragment.count
                current += 1
                continue
            }
            let count = min(rest.count, fragment.count - offset)
            body(ByteCopy(base: rest.base, target: fragment.lowerBound + offset, count: count))
            rest = ByteCopy(base: rest.base + count, target: rest.target + count, count: rest.count - count)
        }
    }
}

extension EncapsulatedPixels {
    /// The edits that make a file's pixel value of this one's ``editedForm``, where the codestreams are the same but for what decoding does
    /// not need.
    ///
    /// - Returns: nil where they differ in what it needs, or where that cannot be told.
    public func edits(toValueOf file: DICOMFile) -> ByteEdits? {
        guard let range = file.pixelDataRange, file.isPixelDataEncapsulated, file.transferSyntax == transferSyntax,
            let frames = try? FragmentedFrames(file.expanded, range, frames: description.frames, syntax: transferSyntax)
        else { return nil }
        var copies: [[ByteCopy]] = []
        for (own, original) in zip(fragments, frames.codestreams(in: file.expanded)) {
            guard let same = Self.sameStretches(own, original, description, transferSyntax.codec) else { return nil }
            copies.append(same)
        }
        guard copies.count == fragments.count else { return nil }
        let value = file.expanded[range]
        return ByteEdits(
            copies: self.copies(of: copies, fragments: frames.ranges, from: range.lowerBound, hasTable: isTableEdited), from: editedForm,
            to: value)
    }

    /// Of several frames the offset table is left empty, so that the form can be made without knowing how long later fragments will be.
    private var isTableEdited: Bool { description.frames == 1 }

    /// The bytes that ``edits(toValueOf:)`` edit.
    public var editedForm: [UInt8] { serialised(hasTable: isTableEdited) }

    /// The stretches of a frame's codestream that stand in the original's; `nil` where the two differ in what decoding needs.
    static func sameStretches(
        _ own: [UInt8], _ original: ArraySlice<UInt8>, _ description: PixelDescription, _ codec: TransferSyntax.Codec
    ) -> [ByteCopy]? {
        if original.starts(with: own) { return [ByteCopy(base: 0, target: 0, count: own.count)] }
        guard let ownParts = WalkedFrame(own[...], description, codec)?.parts,
            let originalParts = WalkedFrame(original, description, codec)?.parts,
            ownParts.needed == originalParts.needed
        else { return nil }
        return ByteCopy.joined(ownParts.copies, originalParts.copies)
    }
}

extension ByteCopy {
    /// Two lists of copies of the same bytes: where what stands in one target stands in the other.
    fileprivate static func joined(_ first: [ByteCopy], _ second: [ByteCopy]) -> [ByteCopy] {
        var result: [ByteCopy] = []
        var (i, j) = (0, 0)
        while i < first.count, j < second.count {
            let (one, other) = (first[i], second[j])
            let start = max(one.base, other.base)
            let end = min(one.base + one.count, other.base + other.count)
            if start < end {
                result.append(
                    ByteCopy(base: one.target + start - one.base, target: other.target + start - other.base, count: end - start))
            }
            if one.base + one.count <= other.base + other.count { i += 1 } else { j += 1 }
        }
        return result
    }
}
