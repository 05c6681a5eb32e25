import DICOM
import Synchronization

/// The workers of this process.
public enum CodecWorkers {
    private static let pool = Mutex<CodecWorkerPool?>(nil)

    /// From here on everything that this process decodes or inflates of files goes to workers. A program calls it once, at its start.
    ///
    /// The first of them is started when it is needed, or by ``prepare()``.
    public static func bootstrap() {
        let workers = CodecWorkerPool()
        pool.withLock { $0 = workers }
        CodecExecution.bootstrap(workers)
    }

    /// Starts them ahead of the first file, by a program that is about to read some.
    public static func prepare() { pool.withLock { $0 }?.prepare() }

    /// Ends them all, whatever they are doing: the program is being stopped.
    public static func stop() { pool.withLock { $0 }?.stop() }
}
