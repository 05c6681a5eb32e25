import ArgumentParser
import Receiving

// Choices of the engine as a command line gives them.
extension Layout: ExpressibleByArgument {}
