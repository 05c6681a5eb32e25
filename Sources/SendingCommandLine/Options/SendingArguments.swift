import ArgumentParser
import Sending

// Choices of the engine that a command line names by their raw values.
extension CodecChoice: ExpressibleByArgument {}
extension EffortChoice: ExpressibleByArgument {}
extension Priority: ExpressibleByArgument {}
