import Concurrency

/// The threads on which frames are computed, for all images of this process together.
enum FramePool {
    static let shared = WorkerPool(label: "veilray.frame")
}
