import Basics
import DICOM
import Marks

/// Takes volume marks off.
public enum VolumeUnmarker {
    /// Whether a file says that it carries a volume mark.
    public static func isMarked(_ bytes: [UInt8], name: String) throws -> Bool {
        VolumeElement(in: try DICOMFile(bytes: bytes, name: name).dataSet) != nil
    }

    /// A file without its volume mark; the strict mark over it is off already.
    ///
    /// - Returns: the file, and whether it is the marked one byte for byte; its samples are.
    /// - Throws: `DICOMError`; `MarksError` for another key, or for samples that were changed since; `MarkedImagesError` without a note.
    public static func restore(_ bytes: [UInt8], name: String, siteKey: [UInt8]) throws -> (bytes: [UInt8], isExact: Bool) {
        let file = try DICOMFile(bytes: bytes, name: name)
        guard let element = VolumeElement(in: file.dataSet), let series = file.dataSet.string(.frameOfReferenceUID) else {
            throw MarkedImagesError(
                .badData, "\(name): it has no note of a volume mark, without which the mark cannot be taken off")
        }
        let key = try VolumeMarkKey(siteKey: siteKey, series: series)
        let samples = try VolumeSlice.samples(file)
        let original = try VolumeMark.remove(from: samples.images[0].carrier, element.note, key)
        let restored = try file.bytes(
            removing: { PrivateBlock.contains($0, of: VolumeElement.creator, in: file.dataSet) },
            pixelData: file.nativePixelOrder.map { $0.stored(samples.native(carrying: [MarkImage(original)])) })
        return (restored, ContentDigest(of: restored).bytes == element.originalDigest)
    }
}
