import Basics
import DICOM
import Marks

/// What a slice with a volume mark carries in private elements, in a block of its own: it stays when the strict mark over it is taken off.
struct VolumeElement: Equatable {
    static let creator = "VEILRAY VOLUME 1.0"

    private enum Number {
        static let note: UInt8 = 0x01
        static let original: UInt8 = 0x02
    }

    let note: VolumeNote
    /// SHA-256 of the file without its volume mark.
    let originalDigest: [UInt8]

    init(note: VolumeNote, originalDigest: ContentDigest) {
        (self.note, self.originalDigest) = (note, originalDigest.bytes)
    }

    /// `nil` where a data set has none.
    init?(in dataSet: DataSet) {
        func value(_ number: UInt8) -> [UInt8]? {
            dataSet.privateBytes(creator: Self.creator, group: VeilrayPrivate.group, element: number)
        }
        guard let bytes = value(Number.note), let note = try? VolumeNote(bytes: bytes) else { return nil }
        (self.note, originalDigest) = (note, value(Number.original) ?? [])
    }

    func elements(for dataSet: DataSet) throws -> [DataElement] {
        try PrivateBlock.elements([(Number.note, note.bytes), (Number.original, originalDigest)], creator: Self.creator, for: dataSet)
    }
}
