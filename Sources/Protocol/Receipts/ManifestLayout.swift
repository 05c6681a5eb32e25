/// Where a manifest's parts are in its bytes, found without decoding any of them: of empty entries there could be millions.
struct ManifestLayout {
    /// Numbers of fields in `veilray.proto`.
    private enum WireField {
        static let entries: UInt64 = 5
        static let attributes: UInt64 = 6
        static let attributesOfEntry: UInt64 = 4
    }

    /// Bytes of memory that an entry takes beside its text, and an attribute: strings, arrays and their headers, about.
    private static let memory = (entry: 200, attribute: 64)

    /// Of each entry, its bytes.
    let entries: [Range<Int>]
    /// Everything else, the fields one behind the other.
    let head: [UInt8]
    /// What the manifest takes once it is decoded, in bytes, about.
    let memoryBytes: Int

    /// `nil` when the bytes are no fields, hold groups, which `veilray.proto` has none of, or list more entries or attributes than a manifest may.
    init?(of body: [UInt8]) {
        var walk = FieldWalk(body)
        var (entries, head): ([Range<Int>], [UInt8]) = ([], [])
        var (attributes, attributesOfStudy) = (0, 0)
        while let field = walk.next() {
            guard field.kind != .group else { return nil }
            guard field.number == WireField.entries, field.kind == .delimited else {
                if field.number == WireField.attributes { attributesOfStudy += 1 }
                guard attributesOfStudy <= ManifestAttributes.maximumStudyCount else { return nil }
                head += body[field.extent]
                continue
            }
            let most = ManifestAttributes.maximumInstanceCount
            guard entries.count < SessionLimits.instances.upperBound,
                let count = FieldWalk.count(of: WireField.attributesOfEntry, in: body, field.payload, limit: most)
            else { return nil }
            attributes += count
            entries.append(field.payload)
        }
        guard !walk.isBroken else { return nil }
        self.entries = entries
        self.head = head
        // As it was signed, and its texts once more.
        memoryBytes = 2 * body.count + Self.memory.entry * entries.count + Self.memory.attribute * attributes
    }
}
