import DICOM

/// The segments of a segmentation object (PS3.3 §A.51, §C.8.20), joined for each image to which they belong.
struct SegmentationMasks: Hashable, Sendable {
    /// A mask that says where it lies in the patient instead of which image it belongs to.
    private struct Placed: Hashable, Sendable {
        let plane: ImagePlane
        var mask: BitMask
    }

    private var byInstance: [String: BitMask] = [:]
    private var placed: [Placed] = []

    static let sopClasses: Set<String> = ["1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7"]

    init() {}

    /// - Throws: ``RegionError`` `invalidAnnotation` when the segments cannot be decoded.
    init(_ file: DICOMFile) throws(RegionError) {
        let decoded: (PixelDescription, [UInt8])
        do {
            decoded = try PixelCodec.decode(file)
        } catch {
            throw .invalidAnnotation("the segmentation cannot be read: \(error.reason)")
        }
        let (description, native) = decoded
        let frames = SegmentFrames(description, native)
        let perFrame = file.dataSet.items(.perFrameFunctionalGroupsSequence)
        let shared = file.dataSet.items(.sharedFunctionalGroupsSequence).first
        let planeGroups = file.dataSet.planeGroups
        let frameOfReference = file.dataSet.uid(.frameOfReferenceUID)
        for (index, groups) in perFrame.enumerated() where index < description.frames {
            let mask = frames.mask(index)
            guard !mask.isEmpty else { continue }
            let instances = Self.sourceInstances(groups) ?? shared.flatMap(Self.sourceInstances)
            if let instances {
                for instance in instances { add(mask, to: instance) }
            } else if let plane = ImagePlane(planeGroups[index], frameOfReference) {
                add(mask, at: plane)
            }
        }
    }

    /// The images that a frame was derived from; `nil` when it names none.
    private static func sourceInstances(_ groups: DataSet) -> [String]? {
        let instances = groups.items(.derivationImageSequence).flatMap { $0.items(.sourceImageSequence) }
            .compactMap { $0.uid(.referencedSOPInstanceUID) }
        return instances.isEmpty ? nil : instances
    }

    /// A mask of another size than the ones before, which no correct object has, replaces nothing.
    private mutating func add(_ mask: BitMask, to instance: String) {
        guard let known = byInstance[instance] else {
            byInstance[instance] = mask
            return
        }
        if known.rows == mask.rows, known.columns == mask.columns { byInstance[instance] = known.union(mask) }
    }

    private mutating func add(_ mask: BitMask, at plane: ImagePlane) {
        if let index = placed.firstIndex(where: { $0.plane == plane && $0.mask.rows == mask.rows && $0.mask.columns == mask.columns }) {
            placed[index].mask.formUnion(mask)
        } else {
            placed.append(Placed(plane: plane, mask: mask))
        }
    }

    mutating func merge(_ other: SegmentationMasks) {
        for (instance, mask) in other.byInstance { add(mask, to: instance) }
        for part in other.placed { add(part.mask, at: part.plane) }
    }

    /// The part of an image that the segments cover; `nil` when none belongs to it or has its geometry.
    func mask(instance: String?, planes: [ImagePlane], rows: Int, columns: Int) -> BitMask? {
        func fits(_ mask: BitMask) -> Bool { mask.rows == rows && mask.columns == columns }
        var result = instance.flatMap { byInstance[$0] }.flatMap { fits($0) ? $0 : nil }
        for part in placed where fits(part.mask) && planes.contains(where: { $0.coincides(with: part.plane) }) {
            result = result?.union(part.mask) ?? part.mask
        }
        return result
    }
}

/// The frames of a segmentation: one bit a sample without gaps between rows or frames (BINARY), or whole bytes (FRACTIONAL, LABELMAP).
private struct SegmentFrames {
    private let description: PixelDescription
    private let native: [UInt8]

    init(_ description: PixelDescription, _ native: [UInt8]) {
        self.description = description
        self.native = native
    }

    /// Where the frame's samples are not 0.
    func mask(_ frame: Int) -> BitMask {
        let (rows, columns) = (description.rows, description.columns)
        let first = frame * rows * columns
        if description.bitsAllocated == 1 {
            return BitMask(rows: rows, columns: columns) { sample in
                let bit = first + sample
                return bit / 8 < native.count && native[bit / 8] >> UInt8(bit % 8) & 1 == 1
            }
        }
        let width = description.bytesPerSample * description.samplesPerPixel
        return BitMask(rows: rows, columns: columns) { sample in
            let start = (first + sample) * width
            return start + width <= native.count && native[start..<start + width].contains { $0 != 0 }
        }
    }
}
