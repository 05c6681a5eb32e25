import DICOM
import Marks

/// The state of one file's mark, as its pixels and its element tell it.
struct FileReading {
    /// One frame, or the file's opaque bytes.
    struct Frame {
        let verdict: StrictReading.Verdict
        let body: MarkBody?
        let judgement: IssuerDirectory.Judgement?
        /// `nil` for opaque bytes.
        let strict: StrictReading?
        /// Whether the samples, without the mark, have the digest that the body names.
        let isExact: Bool
    }

    let file: DICOMFile
    let pixels: FilePixels
    let element: MarkElement?
    let frames: [Frame]

    init(_ file: DICOMFile, _ directory: IssuerDirectory) throws {
        self.file = file
        pixels = try FilePixels(of: file)
        element = MarkElement(in: file.dataSet)
        if case .opaque(let bytes, _) = pixels {
            frames = [Self.frame(bytes, element?.bodies.first, directory)]
        } else {
            let reader = StrictReader(directory: directory)
            frames = pixels.images.enumerated().map { [element] index, image in
                let body = element.flatMap { $0.bodies.indices.contains(index) ? $0.bodies[index] : nil }
                let fits = body.map { $0.rows == image.height && $0.columns == image.width } ?? false
                let reading = reader.read(image, carried: fits ? body?.carried : nil)
                return Frame(
                    verdict: reading.verdict, body: reading.body, judgement: reading.judgement, strict: reading, isExact: reading.isExact)
            }
        }
    }

    private static func frame(_ bytes: [UInt8], _ body: MarkElement.Body?, _ directory: IssuerDirectory) -> Frame {
        guard let body, let read = try? OpaqueMark.read(bytes, carried: body.carried, directory) else {
            return Frame(verdict: body == nil ? .notMarked : .unreadable, body: nil, judgement: nil, strict: nil, isExact: false)
        }
        let isSigned = if case .signed = read.judgement { true } else { false }
        let verdict: StrictReading.Verdict = !isSigned ? .unreadable : read.isIntact ? .intact : .tampered
        return Frame(verdict: verdict, body: read.body, judgement: read.judgement, strict: nil, isExact: read.isIntact)
    }

    /// Whether there is any mark: in pixels or element.
    var isMarked: Bool { element != nil || frames.contains { $0.verdict != .notMarked } }

    /// The whole chain of the element, or what the pixels have of it.
    var chain: CustodyChain {
        if let element, let chain = try? CustodyChain(bytes: element.chain), !chain.entries.isEmpty { return chain }
        return CustodyChain(frames.lazy.compactMap(\.body).first?.entries ?? [])
    }
}

extension MarkElement.Body {
    var carried: StrictReader.Carried { StrictReader.Carried(body: bytes, identifier: identifier) }
}

extension DICOMFile {
    /// The name that marks have for this instance: at most the 64 characters of an identifier.
    var instanceName: String { String((dataSet.string(.sopInstanceUID) ?? name).prefix(64)) }
}

/// The place of a file in the order of its series: where the slice lies along its normal, then its number, then its identifier.
public struct SeriesPlace: Comparable, Sendable {
    private let position: Double
    private let number: Int
    private let instance: String

    init(of dataSet: DataSet) {
        let (place, axes) = (dataSet.decimals(.imagePositionPatient), dataSet.decimals(.imageOrientationPatient))
        if place.count == 3, axes.count == 6 {
            let normal = [
                axes[1] * axes[5] - axes[2] * axes[4], axes[2] * axes[3] - axes[0] * axes[5], axes[0] * axes[4] - axes[1] * axes[3],
            ]
            position = (zip(place, normal).reduce(0) { $0 + $1.0 * $1.1 } * 1000).rounded()
        } else {
            position = 0
        }
        number = dataSet.integer(.instanceNumber) ?? 0
        instance = dataSet.string(.sopInstanceUID) ?? ""
    }

    public static func < (left: SeriesPlace, right: SeriesPlace) -> Bool {
        (left.position, left.number, left.instance) < (right.position, right.number, right.instance)
    }
}
