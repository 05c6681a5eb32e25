import DICOM
import Testing

@testable import CodecWorkers

@Suite struct JobLimitsTests {
    @Test func messagesSurviveTheirEncoding() throws {
        let pixels = try PixelDescription(
            rows: 3, columns: 5, samplesPerPixel: 3, planarConfiguration: 1, photometricInterpretation: "YBR_FULL", bitsAllocated: 16,
            bitsStored: 12, highBit: 13, isSigned: true)
        let parameters = DeflateParameters(level: 9, windowBits: 15, memoryLevel: 8, strategy: 2, hasZlibHeader: true, trailer: [])
        let tasks: [WorkerTask] = [
            .decode(pixels, transferSyntax: "1.2.840.10008.1.2.4.90"), .inflate(limit: 77), .findParameters, .deflate(parameters),
        ]
        for task in tasks {
            let request = WorkerRequest(task: task, inputByteCounts: [4, 0, 9], outputOffset: 4096, outputCapacity: 12)
            #expect(WorkerRequest(request.encoded) == request)
            #expect(request.encoded.count <= WorkerRequest.maximumByteCount)
            for end in request.encoded.indices { #expect(WorkerRequest(request.encoded[..<end]) != request) }
        }
        let answer = WorkerAnswer(status: .refused, byteCount: 8, numbers: [1, -2])
        #expect(WorkerAnswer(answer.encoded) == answer)
    }
}
