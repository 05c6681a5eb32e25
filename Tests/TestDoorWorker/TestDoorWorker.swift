import CLinux
import DICOMNetwork
import Glibc

/// A door's child for tests.
@main
struct TestDoorWorker {
    static func main() {
        AssociationWorker.serveIfAsked()
        exit(64)
    }
}
