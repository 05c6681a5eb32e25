import Basics
import DICOM
import SeededRandomness
import Testing

@testable import StegoKit

/// Faces in slices of a head are filled to a line that does not draw them again, and come back exactly.
@Suite struct FaceFinderTests {
    /// How a slice lies: the cosines of its rows and columns in the patient.
    private enum View: String, CaseIterable {
        case axial, axialFromBehind, axialTurned, sagittal, coronal, unknown

        var orientation: [String]? {
            switch self {
            case .axial: ["1", "0", "0", "0", "1", "0"]
            case .axialFromBehind: ["-1", "0", "0", "0", "-1", "0"]
            case .axialTurned: ["0", "-1", "0", "1", "0", "0"]
            case .sagittal: ["0", "1", "0", "0", "0", "-1"]
            case .coronal: ["1", "0", "0", "0", "0", "-1"]
            case .unknown: nil
            }
        }
    }

    private static let side = 256

    /// A head as an ellipse with a nose on its anterior side, 1 mm a sample, in the directions of an axial slice.
    ///
    /// - Parameter nose: how far it stands out, in mm.
    private func axial(nose: Int, noise: Int = 20) -> [UInt16] {
        var generator = SplitMix64(seed: 5)
        return (0..<Self.side * Self.side).map { index in
            let (x, y) = (index % Self.side - 128, index / Self.side - 140)
            let isHead = x * x * 95 * 95 + y * y * 75 * 75 < 75 * 75 * 95 * 95
            let isNose = abs(x) < 12 && y < -80 && y > -95 - nose
            return UInt16((isHead || isNose ? 1000 + 2 * x : 10) + Int.random(in: 0...noise, using: &generator))
        }
    }

    private func slice(_ view: View, nose: Int = 20) -> [UInt16] {
        let (side, head) = (Self.side, axial(nose: nose))
        return (0..<side * side).map { index in
            let (column, row) = (index % side, index / side)
            return switch view {
            case .axial, .coronal, .unknown: head[index]
            case .axialFromBehind: head[(side - 1 - row) * side + side - 1 - column]
            // Columns grow toward anterior.
            case .axialTurned: head[(side - 1 - column) * side + row]
            case .sagittal: head[column * side + row]
            }
        }
    }

    private func file(_ view: View, modality: String = "MR", part: String? = nil, nose: Int = 20, imageType: [String] = []) throws
        -> [UInt8]
    {
        var written = WrittenFile()
        (written.modality, written.rows, written.columns, written.bitsStored, written.text) = (modality, Self.side, Self.side, 12, "")
        if !imageType.isEmpty { written.imageType = imageType }
        written.extra = [DataElement(.pixelSpacing, .DS, strings: ["1", "1"])]
        if let orientation = view.orientation { written.extra.append(DataElement(.imageOrientationPatient, .DS, strings: orientation)) }
        if let part { written.extra.append(DataElement(.bodyPartExamined, .CS, strings: [part])) }
        return try written.bytes(planes: [slice(view, nose: nose)])
    }

    private func finding(_ bytes: [UInt8]) throws -> FaceFinder.Finding {
        let file = try DICOMFile(bytes: bytes, name: "head")
        let samples = try ImageSamples(of: file)
        return FaceFinder.find(in: samples.planes, samples.description, file.dataSet)
    }

    @Test func theAnteriorEdgeIsFilledWhereverItIs() throws {
        // The nose begins at row 25 and is wide enough; 25 + 60 mm end within the third step of 32 mm.
        #expect(try finding(file(.axial)) == .edge(x: 0, y: 0, width: 256, height: 96))
        #expect(try finding(file(.axialFromBehind)) == .edge(x: 0, y: 160, width: 256, height: 96))
        #expect(try finding(file(.axialTurned)) == .edge(x: 160, y: 0, width: 96, height: 256))
        #expect(try finding(file(.sagittal)) == .edge(x: 0, y: 0, width: 96, height: 256))
    }

    @Test func whatDoesNotSayHowItLiesIsFilledAsAWhole() throws {
        for view in [View.coronal, .unknown] { #expect(try finding(file(view)) == .everything) }
        #expect(try finding(file(.axial, imageType: ["ORIGINAL", "PRIMARY", "M", "MOSAIC"])) == .everything)
    }

    @Test func whatHasNoFaceStays() throws {
        #expect(try finding(file(.axial, part: "KNEE")) == .nothing)
        #expect(try finding(file(.axial, modality: "US")) == .nothing)
        #expect(try finding(file(.axial, part: "HEAD")) != .nothing)
    }

    /// Otherwise the masks of a series would be the profile.
    @Test func theLineDoesNotTellTheNose() throws {
        let findings = try stride(from: 0, through: 32, by: 2).map { try finding(file(.axial, nose: $0)) }
        #expect(Set(findings.map { "\($0)" }).count <= 2, "\(findings)")
    }

    @Test func otsuPartsTwoHills() {
        var histogram = [Int](repeating: 0, count: 64)
        for (level, count) in [(3, 5), (4, 9), (5, 4), (40, 3), (41, 7), (42, 2)] { histogram[level] = count }
        #expect((5..<40).contains(FaceFinder.otsu(histogram)))
    }

    @Test func facesAreFilledAndRestored() throws {
        let key = StudyKey()
        for view in View.allCases {
            let bytes = try file(view)
            let options = SealOptions(redaction: RedactionPolicy(.redact, defaces: true))
            let sealed = try InstanceSealer(key: key, options: options).seal(bytes, name: "head")
            let revealed = try InstanceRevealer().reveal(sealed.bytes, name: "head") { _ in key }
            #expect(revealed.bytes == bytes, "\(view)")
            #expect(sealed.report.redactionSource?.contains("face") == true, "\(view)")
            // The nose is tissue that the shown image has no more.
            let shown = try ImageSamples(of: DICOMFile(bytes: sealed.bytes, name: "stego")).planes.planes[0]
            let nose = places(ofNoseIn: view)
            #expect(nose.count > 300, "the test's own measure")
            #expect(Set(nose.map { shown[$0] / 64 }).count <= 2, "\(view): one value is there instead, but for the record's bits")
        }
    }

    /// Of many frames one rectangle is filled, whether they are read one by one or all at once.
    @Test(arguments: ["MR", "CT"])
    func framesAreSearchedOneByOne(modality: String) throws {
        let key = StudyKey()
        var written = WrittenFile()
        (written.modality, written.rows, written.columns, written.bitsStored, written.text) = (modality, Self.side, Self.side, 12, "")
        written.frames = 3
        written.extra = [
            DataElement(.pixelSpacing, .DS, strings: ["1", "1"]),
            DataElement(.imageOrientationPatient, .DS, strings: View.axial.orientation ?? []),
            DataElement(.rescaleSlope, .DS, strings: ["1"]), DataElement(.rescaleIntercept, .DS, strings: ["-1024"]),
        ]
        let bytes = try written.bytes(planes: [10, 20, 30].map { slice(.axial, nose: $0) })
        let options = SealOptions(redaction: RedactionPolicy(.redact, defaces: true))
        let whole = try InstanceSealer(key: key, options: options).seal(bytes, name: "head")
        let framed = try #require(
            try InstanceSealer(key: key, options: options).sealFrames(of: BytesInMemory(bytes), name: "head") { MemoryStore() })
        #expect(framed.0.report.redactionSource == "face" && framed.0.report.redactedRegions == 1)
        #expect(framed.0.report.redactedShare == whole.report.redactedShare)
        #expect(try InstanceRevealer().reveal(framed.1.bytes, name: "head") { _ in key }.bytes == bytes)
    }

    /// Samples of tissue in the 44 mm from the anterior edge.
    private func places(ofNoseIn view: View) -> [Int] {
        let samples = slice(view)
        return samples.indices.filter { place in
            let (column, row) = (place % Self.side, place / Self.side)
            let isAnterior =
                switch view {
                case .axial, .coronal, .unknown: row < 44
                case .axialFromBehind: row > 255 - 44
                case .axialTurned: column > 255 - 44
                case .sagittal: column < 44
                }
            return isAnterior && samples[place] > 900
        }
    }
}
