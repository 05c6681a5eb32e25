import ArgumentParser
import DICOM
import Receiving

// Choices of the engine as a command line gives them.
extension Layout: ExpressibleByArgument {}

extension StorageTarget: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension ApplicationEntityTitle: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
