import DICOM
import TestSupport
import Testing

@testable import StegoKit

@Suite struct AnnotationTests {
    private static let frameOfReference = "1.2.3.4"

    private func bytes(_ flags: [Bool]) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: (flags.count + 7) / 8)
        for (index, flag) in flags.enumerated() where flag { bytes[index / 8] |= 1 << UInt8(index % 8) }
        return bytes
    }

    // MARK: Overlays

    private func overlay(
        rows: Int, columns: Int, origin: [Int] = [1, 1], type: String = "R", frames: Int = 1, group: Int = 0, data: [UInt8]?
    ) -> [DataElement] {
        var elements = [
            DataElement(.overlayRows(group), .US, integers: [rows]), DataElement(.overlayColumns(group), .US, integers: [columns]),
            DataElement(.numberOfFramesInOverlay(group), .IS, integers: [frames]),
            DataElement(.overlayType(group), .CS, strings: [type]), DataElement(.overlayOrigin(group), .SS, integers: origin),
            DataElement(.overlayBitsAllocated(group), .US, integers: [data == nil ? 16 : 1]),
            DataElement(.overlayBitPosition(group), .US, integers: [data == nil ? 13 : 0]),
        ]
        if let data { elements.append(DataElement(.overlayData(group), .OW, bytes: data)) }
        return elements
    }

    private func planes(_ dataSet: DataSet, rows: Int, columns: Int, native: [UInt8]? = nil) throws -> OverlayPlanes {
        OverlayPlanes(of: dataSet, description: try description(rows, columns), native: native)
    }

    private func description(_ rows: Int, _ columns: Int) throws -> PixelDescription {
        try PixelDescription(rows: rows, columns: columns, photometricInterpretation: "MONOCHROME2", bitsAllocated: 16, bitsStored: 12)
    }

    @Test(arguments: [Int64.min, Int64.max, 70_000]) func overlaysFarAwayMarkNothing(_ origin: Int64) throws {
        var dataSet = DataSet(overlay(rows: 4, columns: 4, group: 0, data: [0xFF, 0xFF]))
        dataSet.set(DataElement(.overlayOrigin(0), .IS, strings: ["\(origin)", "1"]))
        #expect(try planes(dataSet, rows: 4, columns: 4).regions.isEmpty)
    }

    @Test func overlaysAreRowsOfBitsWithoutGaps() throws {
        try forEachSeed(0..<30) { generator, seed in
            let (rows, columns) = (3 + generator.below(9), 3 + generator.below(20))
            let mask = BitMask(rows: rows, columns: columns) { _ in generator.below(3) == 0 }
            let elements = overlay(rows: rows, columns: columns, group: generator.below(16), data: bytes(mask.flags))
            let found = try planes(DataSet(elements), rows: rows, columns: columns)
            #expect(found.regions == mask, seed)
        }
    }

    @Test func overlaysOfAnotherSizeAndOrigin() throws {
        // Two rows and three columns, all set, the first at row 0 and column 4 as the standard counts.
        let elements = overlay(rows: 2, columns: 3, origin: [0, 4], data: [0x3F])
        let found = try planes(DataSet(elements), rows: 4, columns: 5).regions
        #expect(found.flags.indices.filter { found.flags[$0] } == [3, 4])
        let far = overlay(rows: 2, columns: 3, origin: [-30_000, 30_000], data: [0x3F])
        #expect(try planes(DataSet(far), rows: 4, columns: 5).regions.isEmpty)
    }

    @Test func framesOfOverlaysAreJoined() throws {
        // 3 × 3 samples a frame: the second begins within a byte.
        var flags = Array(repeating: false, count: 18)
        flags[2] = true
        flags[9 + 4] = true
        let found = try planes(DataSet(overlay(rows: 3, columns: 3, frames: 2, data: bytes(flags))), rows: 3, columns: 3).regions
        #expect(found.flags.indices.filter { found.flags[$0] } == [2, 4])
    }

    @Test func overlaysThatPromiseMoreThanThereIs() throws {
        let short = overlay(rows: 100, columns: 100, frames: 7, data: [0xFF])
        #expect(try planes(DataSet(short), rows: 100, columns: 100).regions.isEmpty)
        #expect(try planes(DataSet(overlay(rows: 0, columns: 5, data: [0xFF])), rows: 5, columns: 5).regions.isEmpty)
        #expect(
            try planes(
                DataSet(overlay(rows: 5, columns: 5, frames: .max, data: bytes(Array(repeating: true, count: 25)))), rows: 5, columns: 5
            )
            .regions.coverage == 1)
    }

    @Test func overlaysInUnusedBits() throws {
        let dataSet = DataSet(overlay(rows: 2, columns: 2, data: nil))
        #expect(OverlayPlanes.areInPixelData(of: dataSet))
        // Bit 13 of the second and the fourth word; every stored bit set as well.
        let native: [UInt8] = [0xFF, 0x0F, 0xFF, 0x2F, 0, 0, 0, 0x20]
        #expect(try planes(dataSet, rows: 2, columns: 2, native: native).regions.flags == [false, true, false, true])
        #expect(try planes(dataSet, rows: 2, columns: 2).regions.isEmpty)
        // A position among the stored bits is no overlay.
        var wrong = dataSet
        wrong.set(.overlayBitPosition(0), .US, integers: [3])
        #expect(try planes(wrong, rows: 2, columns: 2, native: native).regions.isEmpty)
    }

    @Test func drawingsAreKeptBesidesTheAnatomy() throws {
        var image = DrawnImage(rows: 128, columns: 128, background: 0)
        image.ellipse(x: 40, y: 64, width: 25, height: 40, 900)
        var arrow = BitMask(rows: 128, columns: 128)
        arrow.fill(x: 100, y: 100, width: 20, height: 2)
        func found(_ type: String, _ source: RegionPolicy.Source = .automatic) throws -> FoundRegion {
            try DrawnImage.region(
                of: [image], policy: RegionPolicy(source: source),
                elements: overlay(rows: 128, columns: 128, type: type, data: bytes(arrow.flags)))
        }
        let drawn = try found("G")
        #expect(drawn.source == .anatomy)
        #expect(drawn.contains(arrow))
        #expect(drawn.contains(image.mask(x: 40, y: 64, width: 25, height: 40)))
        #expect(try found("G", .annotations).mask == arrow)
        // A region of interest takes the place of the anatomy.
        #expect(try found("R").mask == arrow)
        #expect(try found("R").source == .annotations([.overlay]))
        #expect(try found("R", .anatomy).source == .anatomy)
    }

    // MARK: Segmentations

    private func plane(z: Double, x: Double = 10, orientation: [Double] = [1, 0, 0, 0, 1, 0]) -> [DataElement] {
        func texts(_ numbers: [Double]) -> [String] { numbers.map { "\($0)" } }
        return [
            DataElement(.imagePositionPatient, .DS, strings: texts([x, 20, z])),
            DataElement(.imageOrientationPatient, .DS, strings: texts(orientation)),
            DataElement(.pixelSpacing, .DS, strings: ["0.5", "0.8"]),
        ]
    }

    private func image(_ instance: String, z: Double = 0, orientation: [Double] = [1, 0, 0, 0, 1, 0]) -> DataSet {
        var dataSet = DataSet(plane(z: z, orientation: orientation))
        dataSet.set(.sopInstanceUID, .UI, instance)
        dataSet.set(.frameOfReferenceUID, .UI, Self.frameOfReference)
        dataSet.set(.sliceThickness, .DS, "4")
        return dataSet
    }

    private func segmentation(_ frames: [(flags: [Bool], instance: String?, z: Double)], rows: Int, columns: Int) throws -> DICOMFile {
        var dataSet = DataSet()
        dataSet.set(.sopClassUID, .UI, "1.2.840.10008.5.1.4.1.1.66.4")
        dataSet.set(.sopInstanceUID, .UI, "1.2.3.99")
        dataSet.set(.frameOfReferenceUID, .UI, Self.frameOfReference)
        dataSet.set(.numberOfFrames, .IS, "\(frames.count)")
        for (tag, value) in [
            (Tag.rows, rows), (.columns, columns), (.bitsAllocated, 1), (.bitsStored, 1), (.highBit, 0), (.samplesPerPixel, 1),
        ] {
            dataSet.set(tag, .US, integers: [value])
        }
        dataSet.set(.pixelRepresentation, .US, integers: [0])
        dataSet.set(.photometricInterpretation, .CS, "MONOCHROME2")
        let elements = plane(z: 0)
        dataSet.set(
            .sharedFunctionalGroupsSequence,
            sequence: [
                DataSet([
                    DataElement(.planeOrientationSequence, sequence: [DataSet([elements[1]])]),
                    DataElement(.pixelMeasuresSequence, sequence: [DataSet([elements[2]])]),
                ])
            ])
        dataSet.set(
            .perFrameFunctionalGroupsSequence,
            sequence: frames.map { frame in
                var groups = [DataElement(.planePositionSequence, sequence: [DataSet([plane(z: frame.z)[0]])])]
                if let instance = frame.instance {
                    let source = DataSet([DataElement(.referencedSOPInstanceUID, .UI, strings: [instance])])
                    let derivation = DataSet([DataElement(.sourceImageSequence, sequence: [source])])
                    groups.append(DataElement(.derivationImageSequence, sequence: [derivation]))
                }
                return DataSet(groups)
            })
        let written = try DICOMWriter.write(
            dataSet: dataSet, transferSyntax: .explicitLittleEndian, pixels: .native(bytes(frames.flatMap(\.flags))))
        return try DICOMFile(bytes: written, name: "segmentation")
    }

    private func mask(_ annotations: RegionAnnotations, _ dataSet: DataSet, _ rows: Int, _ columns: Int) throws -> [Bool]? {
        let overlays = try planes(dataSet, rows: rows, columns: columns)
        return annotations.mask(for: dataSet, description: try description(rows, columns), overlays: overlays)?.mask.flags
    }

    /// Frames of 15 samples: all but the first begin within a byte.
    @Test func segmentsGoToTheImagesThatTheyName() throws {
        try forEachSeed(0..<20) { generator, seed in
            let frames = (0..<4).map { _ in (0..<15).map { _ in generator.below(3) == 0 } }
            let file = try segmentation(
                [(frames[0], "1.2.3.10", 0), (frames[1], "1.2.3.11", 0), (frames[2], "1.2.3.10", 0), (frames[3], "1.2.3.12", 0)],
                rows: 3, columns: 5)
            var annotations = RegionAnnotations()
            try annotations.add(file)
            let expected = zip(frames[0], frames[2]).map { $0 || $1 }
            #expect(try mask(annotations, image("1.2.3.10", z: 77), 3, 5) ?? expected.map { _ in false } == expected, seed)
            #expect(try mask(annotations, image("1.2.3.11"), 3, 5) ?? frames[1].map { _ in false } == frames[1], seed)
            #expect(try mask(annotations, image("1.2.3.13"), 3, 5) == nil, seed)
            // Of another size than the segmentation.
            #expect(try mask(annotations, image("1.2.3.11"), 5, 3) == nil, seed)
        }
    }

    @Test func segmentsWithoutNamesGoByTheirPlace() throws {
        let flags = (0..<15).map { $0 % 4 == 0 }
        var annotations = RegionAnnotations()
        try annotations.add(try segmentation([(flags, nil, 8)], rows: 3, columns: 5))
        #expect(try mask(annotations, image("1.2.3.10", z: 8), 3, 5) == flags)
        #expect(try mask(annotations, image("1.2.3.10", z: 9.9), 3, 5) == flags)
        #expect(try mask(annotations, image("1.2.3.10", z: 10.1), 3, 5) == nil)
        #expect(try mask(annotations, image("1.2.3.10", z: 8, orientation: [0, 1, 0, 1, 0, 0]), 3, 5) == nil)
        var elsewhere = image("1.2.3.10", z: 8)
        elsewhere.set(.frameOfReferenceUID, .UI, "1.2.3.8")
        #expect(try mask(annotations, elsewhere, 3, 5) == nil)
    }

    @Test func damagedSegmentations() throws {
        var dataSet = DataSet()
        dataSet.set(.sopClassUID, .UI, "1.2.840.10008.5.1.4.1.1.66.4")
        dataSet.set(.sopInstanceUID, .UI, "1.2.3.99")
        let bytes = try DICOMWriter.write(dataSet: dataSet, transferSyntax: .explicitLittleEndian, pixels: .none)
        var annotations = RegionAnnotations()
        #expect {
            try annotations.add(try DICOMFile(bytes: bytes, name: "segmentation"))
        } throws: {
            ($0 as? RegionError)?.code == .invalidAnnotation
        }
        #expect(annotations.isEmpty)
    }

    // MARK: Structure sets

    private func structureSet(_ contours: [(type: String, points: [Double], instance: String?)]) throws -> DICOMFile {
        var dataSet = DataSet()
        dataSet.set(.sopClassUID, .UI, "1.2.840.10008.5.1.4.1.1.481.3")
        dataSet.set(.sopInstanceUID, .UI, "1.2.3.98")
        dataSet.set(
            .structureSetROISequence,
            sequence: [
                DataSet([
                    DataElement(.roiNumber, .IS, strings: ["7"]),
                    DataElement(.referencedFrameOfReferenceUID, .UI, strings: [Self.frameOfReference]),
                ])
            ])
        let items = contours.map { contour in
            var item = DataSet([
                DataElement(.contourGeometricType, .CS, strings: [contour.type]),
                DataElement(.contourData, .DS, strings: contour.points.map { "\($0)" }),
            ])
            if let instance = contour.instance {
                item.set(
                    .contourImageSequence, sequence: [DataSet([DataElement(.referencedSOPInstanceUID, .UI, strings: [instance])])])
            }
            return item
        }
        dataSet.set(
            .roiContourSequence,
            sequence: [
                DataSet([DataElement(.contourSequence, sequence: items), DataElement(.referencedROINumber, .IS, strings: ["7"])])
            ])
        let bytes = try DICOMWriter.write(dataSet: dataSet, transferSyntax: .explicitLittleEndian, pixels: .none)
        return try DICOMFile(bytes: bytes, name: "structure set")
    }

    /// Corners of a square in columns and rows by their centres: columns 2 … 5, rows 3 … 8.
    private static let corners: [(column: Double, row: Double)] = [(2, 3), (5, 3), (5, 8), (2, 8)]

    /// The square on the image's own grid, in millimetres at 0.8 and 0.5 a sample.
    private func square(z: Double) -> [Double] {
        Self.corners.flatMap { corner -> [Double] in [10 + corner.column * 0.8, 20 + corner.row * 0.5, z] }
    }

    /// With the samples on the contour and the ones beside it.
    private func expectedSquare(rows: Int, columns: Int) -> BitMask {
        var mask = BitMask(rows: rows, columns: columns)
        mask.fill(x: 2, y: 3, width: 3, height: 5)
        return mask.dilated(radius: 1)
    }

    @Test func contoursGoToTheSliceInWhichTheyLie() throws {
        var annotations = RegionAnnotations()
        try annotations.add(try structureSet([("CLOSED_PLANAR", square(z: 8), nil)]))
        let expected = expectedSquare(rows: 20, columns: 20).flags
        #expect(try mask(annotations, image("1.2.3.10", z: 8), 20, 20) == expected)
        #expect(try mask(annotations, image("1.2.3.10", z: 6.5), 20, 20) == expected)
        #expect(try mask(annotations, image("1.2.3.10", z: 5), 20, 20) == nil)
        var elsewhere = image("1.2.3.10", z: 8)
        elsewhere.set(.frameOfReferenceUID, .UI, "1.2.3.8")
        #expect(try mask(annotations, elsewhere, 20, 20) == nil)
    }

    @Test func contoursGoToTheImageThatTheyName() throws {
        var annotations = RegionAnnotations()
        try annotations.add(try structureSet([("CLOSED_PLANAR", square(z: 8), "1.2.3.10")]))
        #expect(try mask(annotations, image("1.2.3.10", z: 8), 20, 20) == expectedSquare(rows: 20, columns: 20).flags)
        #expect(try mask(annotations, image("1.2.3.11", z: 8), 20, 20) == nil)
    }

    /// A sagittal image: columns run to the back, rows down.
    @Test func contoursInObliqueSlices() throws {
        let orientation = [0.0, 1, 0, 0, 0, -1]
        let points = Self.corners.flatMap { corner -> [Double] in [10, 20 + corner.column * 0.8, 8 - corner.row * 0.5] }
        var annotations = RegionAnnotations()
        try annotations.add(try structureSet([("CLOSED_PLANAR", points, nil)]))
        #expect(
            try mask(annotations, image("1.2.3.10", z: 8, orientation: orientation), 20, 20)
                == expectedSquare(rows: 20, columns: 20).flags)
    }

    @Test func whatEnclosesNothing() throws {
        var annotations = RegionAnnotations()
        try annotations.add(
            try structureSet([
                ("POINT", [12, 22, 8], nil), ("OPEN_PLANAR", square(z: 8), nil), ("CLOSED_PLANAR", [1, 2, 3, 4, 5, 6], nil),
                ("CLOSED_PLANAR", Array(square(z: 8).dropLast()), nil),
            ]))
        #expect(try mask(annotations, image("1.2.3.10", z: 8), 20, 20) == nil)
    }

    @Test func imagesThatDoNotSayWhereTheyLie() throws {
        var annotations = RegionAnnotations()
        try annotations.add(try structureSet([("CLOSED_PLANAR", square(z: 8), nil)]))
        for (tag, text) in [
            (Tag.imagePositionPatient, "1\\2"), (.imageOrientationPatient, "1\\0\\0\\1\\0\\0"), (.pixelSpacing, "0\\0.8"),
            (.imageOrientationPatient, "0\\0\\0\\0\\0\\0"),
        ] {
            var dataSet = image("1.2.3.10", z: 8)
            dataSet.set(tag, .DS, text)
            #expect(try mask(annotations, dataSet, 20, 20) == nil)
        }
    }

    @Test func otherObjectsBringNothing() throws {
        #expect(!RegionAnnotations.areIn(image("1.2.3.10")))
        #expect(RegionAnnotations.areIn(try structureSet([]).dataSet))
        #expect(RegionAnnotations.areIn(try segmentation([([true], nil, 0)], rows: 1, columns: 1).dataSet))
        var object = image("1.2.3.10")
        object.set(.sopClassUID, .UI, "1.2.840.10008.5.1.4.1.1.2")
        let bytes = try DICOMWriter.write(dataSet: object, transferSyntax: .explicitLittleEndian, pixels: .none)
        var annotations = RegionAnnotations()
        try annotations.add(try DICOMFile(bytes: bytes, name: "image"))
        #expect(annotations.isEmpty)
    }

    @Test func collectionsAreJoined() throws {
        var first = RegionAnnotations()
        try first.add(try structureSet([("CLOSED_PLANAR", square(z: 8), nil)]))
        var second = RegionAnnotations()
        var corner = Array(repeating: false, count: 400)
        corner[399] = true
        try second.add(try segmentation([(corner, "1.2.3.10", 0)], rows: 20, columns: 20))
        second.merge(first)
        var expected = expectedSquare(rows: 20, columns: 20).flags
        expected[399] = true
        #expect(try mask(second, image("1.2.3.10", z: 8), 20, 20) == expected)
    }
}
