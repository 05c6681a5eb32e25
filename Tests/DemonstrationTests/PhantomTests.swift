import DICOM
import SeededRandomness
import Testing

@testable import Demonstration

@Suite struct PhantomTests {
    /// As PhantomCommand makes it.
    private func file(_ modality: PhantomModality, image: PhantomImage, number: Int = 1, seed: UInt64 = 1) throws -> DICOMFile {
        let study = SyntheticStudy(seed: seed, modality: modality)
        let header = PhantomHeader(study: study, modality: modality, number: number, count: 4)
        let bytes = try DICOMWriter.write(
            dataSet: header.dataSet(for: image), transferSyntax: .explicitLittleEndian, pixels: .native(image.bytes))
        return try DICOMFile(bytes: bytes, name: "phantom")
    }

    private func head(index: Int = 1, seed: UInt64 = 1) -> HeadSlice {
        HeadSlice(size: 64, index: index, count: 4, seed: seed)
    }

    @Test func sameSeedSameBytes() throws {
        let first = try file(.ct, image: head().computedTomography())
        let second = try file(.ct, image: head().computedTomography())
        #expect(first.bytes == second.bytes)
    }

    @Test func seedAndSliceChangePixelsAndIdentifiers() throws {
        let reference = try file(.ct, image: head().computedTomography())
        let otherSeed = try file(.ct, image: head(seed: 2).computedTomography(), seed: 2)
        let otherSlice = try file(.ct, image: head(index: 2).computedTomography(), number: 2)
        #expect(head().computedTomography().bytes != head(seed: 2).computedTomography().bytes)
        #expect(head().computedTomography().bytes != head(index: 2).computedTomography().bytes)
        #expect(reference.dataSet.uid(.studyInstanceUID) != otherSeed.dataSet.uid(.studyInstanceUID))
        #expect(reference.dataSet.uid(.studyInstanceUID) == otherSlice.dataSet.uid(.studyInstanceUID))
        #expect(reference.dataSet.uid(.sopInstanceUID) != otherSlice.dataSet.uid(.sopInstanceUID))
    }

    @Test func modalitiesShareNoIdentifier() {
        let studies = PhantomModality.allCases.map { SyntheticStudy(seed: 1, modality: $0) }
        let identifiers = studies.flatMap { [$0.studyUID, $0.seriesUID, $0.frameOfReferenceUID, $0.instanceUID(1)] }
        #expect(Set(identifiers).count == identifiers.count)
        #expect(identifiers.allSatisfy { $0.hasPrefix("2.25.") && UniqueIdentifier.isValid($0) })
    }

    @Test func nobodyCouldTakeItForAPerson() throws {
        let dataSet = try file(.ct, image: head().computedTomography()).dataSet
        #expect(dataSet.string(.patientName) == "SYNTHETIC^PHANTOM")
        #expect(dataSet.string(.patientID) == "VEILRAY-DEMO-0001")
    }

    @Test func tomographyHasAirBrainBoneAndPadding() throws {
        let image = HeadSlice(size: 256, index: 2, count: 4, seed: 1).computedTomography()
        let samples = image.samples
        #expect(samples[0] == -2000)
        #expect(samples.contains { $0 > 1024 + 900 })
        let brain = samples.filter { (1024...1024 + 80).contains($0) }.count
        #expect(brain > samples.count / 10)
        let air = samples.filter { (0...60).contains($0) }.count
        #expect(air > samples.count / 10)
    }

    @Test func magneticResonanceStaysWithinTwelveBits() {
        let samples = head().magneticResonance().samples
        #expect(samples.allSatisfy { (0...4095).contains($0) })
        #expect(Set(samples).count > 100)
    }

    @Test func radiographStaysWithinTwelveBits() {
        let samples = ChestProjection(size: 64, index: 0, seed: 1).computedRadiography().samples
        #expect(samples.allSatisfy { (0...4095).contains($0) })
        #expect(Set(samples).count > 100)
    }

    @Test func ultrasoundIsColourAndMoves() throws {
        let image = SectorScan(rows: 48, columns: 64, frames: 3, index: 0, seed: 1).ultrasound()
        #expect(image.bytes.count == 48 * 64 * 3 * 3)
        let frame = 48 * 64 * 3
        #expect(image.bytes[..<frame] != image.bytes[frame..<2 * frame])
        let pixels = stride(from: 0, to: image.bytes.count, by: 3).map { image.bytes[$0..<$0 + 3] }
        #expect(pixels.contains { Set($0).count > 1 })
        let read = try file(.us, image: image)
        #expect(read.pixels?.frames == 3)
        #expect(read.pixels?.samplesPerPixel == 3)
    }

    @Test(arguments: PhantomModality.allCases) func headerIsAsLongAsAScanners(_ modality: PhantomModality) throws {
        let read = try file(modality, image: head().magneticResonance())
        let range = try #require(read.pixelDataRange)
        #expect((2000...6000).contains(read.bytes.count - range.count))
        #expect(read.dataSet.contains { $0.tag.isPrivate && !$0.tag.isPrivateCreator })
    }

    @Test func noiseHasUnitVarianceAndLittleMean() {
        var generator = SeededGenerator(seed: 7)
        let noise = NoiseField(width: 128, height: 128, generator: &generator).values
        let mean = noise.reduce(0, +) / Float(noise.count)
        let power = noise.reduce(0) { $0 + $1 * $1 } / Float(noise.count)
        #expect(abs(mean) < 0.05)
        #expect(abs(power - 1) < 0.01)
    }

    /// Reference outputs of SplitMix64 for the seed 1234567, as published with the algorithm's implementations.
    @Test func generatorMixesAsPublished() {
        var generator = SplitMix64(seed: 1_234_567)
        #expect((0..<3).map { _ in generator.next() } == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423])
    }
}

extension PhantomImage {
    /// 16-bit samples as numbers.
    fileprivate var samples: [Int] {
        stride(from: 0, to: bytes.count, by: 2).map { offset in
            let word = UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8
            return isSigned ? Int(Int16(bitPattern: word)) : Int(word)
        }
    }
}
