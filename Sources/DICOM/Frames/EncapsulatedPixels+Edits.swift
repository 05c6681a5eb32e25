extension EncapsulatedPixels {
    /// What makes a file's pixel value of this one's ``editedForm``, where the codestreams are the same but for what decoding does not need.
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

    /// What ``edits(toValueOf:)`` are edits of.
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
