public import Basics

/// What an attempt to restore a large image has left.
public struct EarlierRestoration: Sendable {
    /// Bytes of the original, as far as it came.
    package let file: any ByteSource
    /// Of the frames that were written, in order: how long each was before the record's edits.
    package let frames: [Int]

    /// Frames of which there is something.
    public var count: Int { frames.count }

    /// - Parameter frames: what follows a length that no frame has is left out.
    public init(file: any ByteSource, frames: [Int]) {
        self.file = file
        self.frames = Array(frames.prefix { (0...Int(UInt32.max)).contains($0) })
    }
}

/// Where an attempt to restore a large image keeps what a later one can go on with.
///
/// Nothing proves what an earlier attempt has left but the digest of the whole original. Where that fails, all frames are restored anew.
public struct RestoringCheckpoint<Sink: ByteSink> {
    package let earlier: EarlierRestoration?
    /// Called once what was taken over is written, with the lengths of those frames: from here on the sink is worth more than what was before.
    package let begin: (Sink, [Int]) throws -> Void
    /// Called when the next frame is written.
    package let add: (Int) throws -> Void

    public init(
        earlier: EarlierRestoration?, begin: @escaping (_ sink: Sink, _ taken: [Int]) throws -> Void,
        add: @escaping (_ frame: Int) throws -> Void
    ) {
        self.earlier = earlier
        self.begin = begin
        self.add = add
    }

    /// The same without what an earlier attempt has left.
    var anew: RestoringCheckpoint { RestoringCheckpoint(earlier: nil, begin: begin, add: add) }
}
