import Basics
import DICOM

/// The resources that one job may take. The measure is what the bytes announce and how many they are, several times what sound ones need.
struct JobLimits: Sendable, Equatable {
    /// Of the processor, not of the clock: a busy machine makes no sound file fail.
    let processorTime: Duration
    /// Bytes that the worker may allocate besides the memory that both sides share.
    let memory: Int

    /// For a worker that has stopped without using the processor.
    var wallTime: Duration { .seconds(60) + processorTime * 20 }

    /// Measured on one core: five million samples a second are a tenth of what OpenJPEG decodes of an empty image, one megabyte of
    /// codestream a second a tenth of what it decodes of a full one. It allocates at most 12 bytes a sample and copies the codestream twice.
    static func decoding(_ frame: EncodedFrame) -> JobLimits {
        JobLimits(
            processorTime: .seconds(2) + .microseconds(frame.sampleCount / 5 + frame.codestream.count),
            memory: base + 20 * frame.sampleCount + 8 * frame.codestream.count)
    }

    /// zlib inflates 100 MB a second at least.
    static func inflating(to limit: Int) -> JobLimits {
        JobLimits(processorTime: .seconds(2) + .microseconds(limit / 20), memory: base + 3 * limit)
    }

    /// The search itself stops after a number of bytes; its worst guesses are slow.
    static func searching(_ byteCount: Int) -> JobLimits {
        JobLimits(processorTime: .seconds(10) + .microseconds(byteCount / 10), memory: base + 4 * byteCount)
    }

    /// Twice what the search may take: what a sender has found out and proven must not be too slow for a receiver with another processor.
    static func deflating(_ byteCount: Int) -> JobLimits {
        JobLimits(processorTime: searching(byteCount).processorTime * 2, memory: base + 4 * byteCount)
    }

    /// The program itself, and the fixed buffers of the libraries.
    private static let base = 96 << 20
}
