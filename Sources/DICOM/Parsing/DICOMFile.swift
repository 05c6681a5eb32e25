/// A DICOM file taken apart without losing a byte of it.
///
/// Reading is tolerant: preamble, file meta information and transfer syntax may be missing, value representations wrong, lengths odd.
/// `expanded` is always `header ‖ pixel data ‖ trailer`, where ``pixelDataRange`` bounds the middle.
public struct DICOMFile: Sendable {
    /// The file as read.
    public let bytes: [UInt8]
    /// The caller's name for the file; errors carry it.
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
    /// The description of the pixel data; nil for an object without Pixel Data, and for one whose Pixel Data comes without any image pixel
    /// module, or with one that does not describe it. Such pixel data is an element of ``dataSet`` like any other.
    public let pixels: PixelDescription?
    /// Bytes of a pixel value that was left out of ``bytes`` and ``expanded``, where it would stand at ``pixelDataRange``, which is empty
    /// then; `nil` where nothing was (``FramedFile``).
    public let withheldByteCount: Int?
    /// The contradiction in the file because of which no image can be shown; nil as a rule.
    ///
    /// With `malformed` and `nestedTooDeeply`, ``dataSet`` holds what stands before the place, the study's identity at least.
    public let damage: DICOMError?

    /// Takes a file apart. O(size of the header); pixel values are not looked at.
    ///
    /// - Throws: ``DICOMError`` with `notDICOM`, `inflationFailed`, with `truncated` or `truncatedPixelData` when the end is missing, and with
    ///   `malformed` or `nestedTooDeeply` where nothing before the place identifies the study.
    public init(bytes: [UInt8], name: String) throws(DICOMError) {
        do throws(DICOMError) {
            try self.init(unnamed: bytes, name: name)
        } catch {
            throw error.naming(name)
        }
    }

    /// The same of a file without its pixel value.
    init(bytes: [UInt8], withholding value: WithheldValue, name: String) throws(DICOMError) {
        try self.init(unnamed: bytes, name: name, withheld: value)
    }

    private init(unnamed bytes: [UInt8], name: String, withheld: WithheldValue? = nil) throws(DICOMError) {
        let prologue = try FilePrologue(bytes)
        let transferSyntax = prologue.transferSyntax
        var expanded = bytes
        if transferSyntax.isDeflated {
            expanded = Array(bytes[..<prologue.dataSetOffset]) + (try DeflatedStream.inflate(bytes[prologue.dataSetOffset...]))
        }
        let body = try DataSetBody(
            expanded, from: prologue.dataSetOffset, encoding: prologue.encoding, isEncapsulated: transferSyntax.isEncapsulated,
            withheld: withheld)

        self.bytes = bytes
        self.name = name
        self.transferSyntax = transferSyntax
        self.metaInformation = prologue.metaInformation
        self.expanded = expanded
        self.dataSetOffset = prologue.dataSetOffset
        withheldByteCount = withheld?.byteCount
        let (described, damage) = DICOMFile.described(body)
        self.damage = damage
        guard let (value, description) = described else {
            dataSet = body.dataSetWithPixelData(of: expanded)
            pixels = nil
            pixelDataRange = nil
            nativePixelOrder = nil
            return
        }
        dataSet = body.dataSet
        pixels = description
        guard !body.isPixelDataEncapsulated else {
            pixelDataRange = value
            nativePixelOrder = nil
            return
        }
        // What stands behind the samples, padding as a rule, belongs to the trailer.
        let range = withheld == nil ? value.lowerBound..<value.lowerBound + description.byteCount : value
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

    /// Where the pixel data lies and what it is, if the header describes it; else why not.
    private static func described(_ body: DataSetBody) -> ((Range<Int>, PixelDescription)?, damage: DICOMError?) {
        guard body.damage == nil, let value = body.pixelDataValue, PixelDescription.isPresent(in: body.dataSet) else {
            return (nil, body.damage)
        }
        do throws(DICOMError) {
            let count = body.pixelDataByteCount
            let description = try PixelDescription(of: body.dataSet, nativeByteCount: body.isPixelDataEncapsulated ? nil : count)
            guard body.isPixelDataEncapsulated || count >= description.byteCount else {
                throw DICOMError(
                    .truncatedPixelData, "the header describes \(description.byteCount) bytes of pixel data and there are \(count)",
                    tag: .pixelData, offset: value.lowerBound)
            }
            return ((value, description), nil)
        } catch {
            return (nil, error)
        }
    }
}
