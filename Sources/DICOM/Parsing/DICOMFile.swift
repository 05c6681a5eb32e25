/// A DICOM file taken apart without losing a byte of it.
///
/// Reading is tolerant: preamble, file meta information and transfer syntax may be missing, value representations wrong, lengths odd.
/// `expanded` is always `header ‖ pixel data ‖ trailer`, where ``pixelDataRange`` bounds the middle.
public struct DICOMFile: Sendable {
    /// The file as read.
    public let bytes: [UInt8]
    /// What the caller calls the file; errors carry it.
    public let name: String
    /// As the file meta information says, or as found out where it says nothing.
    public let transferSyntax: TransferSyntax
    /// Group 0002; empty when the file has none.
    public let metaInformation: DataSet
    /// Everything after the file meta information except the value of Pixel Data (7FE0,0010), of which there is no element here.
    public let dataSet: DataSet
    /// Equal to ``bytes``, or, for a deflated syntax: everything before the deflated stream, then the inflated data set.
    public let expanded: [UInt8]
    /// Where the data set begins in ``expanded`` (and where the deflated stream begins in ``bytes``).
    public let dataSetOffset: Int
    /// Where the pixel values lie in ``expanded``; nil without Pixel Data.
    ///
    /// Native: exactly the bytes that the header describes; padding belongs to the trailer (but see ``NativePixelOrder/padding``).
    /// Encapsulated: all items, from the basic offset table to the sequence delimiter, both included.
    public let pixelDataRange: Range<Int>?
    /// How native pixel values lie in ``pixelDataRange``; nil when they are encapsulated or absent.
    public let nativePixelOrder: NativePixelOrder?
    /// What the pixel data is; nil for an object without Pixel Data, and for one whose Pixel Data comes without any image pixel module.
    /// Such pixel data is an element of ``dataSet`` like any other.
    public let pixels: PixelDescription?

    /// Takes a file apart. O(size of the header); pixel values are not looked at.
    ///
    /// - Throws: ``DICOMError`` with `notDICOM`, `truncated`, `malformed`, `nestedTooDeeply`, `inflationFailed`, `truncatedPixelData`,
    ///   `pixelLengthMismatch` or `invalidPixelModule`.
    public init(bytes: [UInt8], name: String) throws(DICOMError) {
        do throws(DICOMError) {
            try self.init(unnamed: bytes, name: name)
        } catch {
            throw error.naming(name)
        }
    }

    private init(unnamed bytes: [UInt8], name: String) throws(DICOMError) {
        let prologue = try FilePrologue(bytes)
        let transferSyntax = prologue.transferSyntax
        var expanded = bytes
        if transferSyntax.isDeflated {
            expanded = Array(bytes[..<prologue.dataSetOffset]) + (try DeflatedStream.inflate(bytes[prologue.dataSetOffset...]))
        }
        let body = try DataSetBody(
            expanded, from: prologue.dataSetOffset, encoding: prologue.encoding, isEncapsulated: transferSyntax.isEncapsulated)

        self.bytes = bytes
        self.name = name
        self.transferSyntax = transferSyntax
        self.metaInformation = prologue.metaInformation
        self.expanded = expanded
        self.dataSetOffset = prologue.dataSetOffset
        guard let value = body.pixelDataValue, PixelDescription.isPresent(in: body.dataSet) else {
            dataSet = body.dataSetWithPixelData(of: expanded)
            pixels = nil
            pixelDataRange = nil
            nativePixelOrder = nil
            return
        }
        dataSet = body.dataSet
        let description = try PixelDescription(of: body.dataSet, nativeByteCount: body.isPixelDataEncapsulated ? nil : value.count)
        pixels = description
        guard !body.isPixelDataEncapsulated else {
            pixelDataRange = value
            nativePixelOrder = nil
            return
        }
        let range = try DICOMFile.nativeRange(of: value, in: expanded, described: description)
        let order = DICOMFile.nativeOrder(range, in: value, of: expanded, body: body, described: description)
        pixelDataRange = order.padding == nil ? range : range.lowerBound..<range.upperBound + 1
        nativePixelOrder = order
    }

    private static func nativeOrder(
        _ range: Range<Int>, in value: Range<Int>, of bytes: [UInt8], body: DataSetBody, described: PixelDescription
    ) -> NativePixelOrder {
        guard body.encoding.isBigEndian, body.pixelDataVR == .OW else { return .littleEndian }
        let unitSize = [4, 8].contains(described.bytesPerSample) ? described.bytesPerSample : 2
        guard range.count % 2 == 1, value.contains(range.upperBound) else { return NativePixelOrder(unitSize: unitSize, padding: nil) }
        // The word's halves are exchanged: what fills it comes before the last sample.
        return NativePixelOrder(unitSize: unitSize, padding: bytes[range.upperBound - 1])
    }

    /// Whether bytes are a DICOM file whose data set is deflated, as far as can be told without inflating any of it.
    public static func isDeflated(_ bytes: [UInt8]) -> Bool {
        (try? FilePrologue(bytes))?.transferSyntax.isDeflated ?? false
    }

    /// Whether the pixel data really comes in fragments. A native syntax with fragments, or the reverse, exists in the wild.
    public var isPixelDataEncapsulated: Bool { pixelDataRange != nil && nativePixelOrder == nil }

    /// The part of a native value that the header describes.
    private static func nativeRange(
        of value: Range<Int>, in bytes: [UInt8], described: PixelDescription
    ) throws(DICOMError) -> Range<Int> {
        let count = described.byteCount
        guard value.count >= count else {
            throw DICOMError(
                .truncatedPixelData, "the header describes \(count) bytes of pixel data and there are \(value.count)",
                tag: .pixelData, offset: value.lowerBound)
        }
        let range = value.lowerBound..<value.lowerBound + count
        let excess = bytes[range.upperBound..<value.upperBound]
        // One byte that makes an odd length even may be anything; more than that must look like padding.
        guard excess.allSatisfy({ $0 == 0 }) || (excess.count == 1 && count % 2 == 1) else {
            throw DICOMError(
                .pixelLengthMismatch,
                "the header describes \(count) bytes of pixel data and there are \(value.count), the excess is no padding",
                tag: .pixelData, offset: range.upperBound)
        }
        return range
    }
}
