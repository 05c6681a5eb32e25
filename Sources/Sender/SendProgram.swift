import CommandLineSupport
import DICOMNetwork

@main
enum SendProgram {
    /// Not asynchronous, so that the program begins on its first thread, while that is the only one.
    static func main() {
        AssociationWorker.serveIfAsked()
        VeilraySend.runProgram()
    }
}
