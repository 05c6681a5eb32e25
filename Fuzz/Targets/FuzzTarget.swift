import Foundation

/// One thing that is fed with bytes of the fuzzer's choice.
struct FuzzTarget: Sendable {
    /// As it is called on the command line, and the name of its folder of `Fuzz/corpus`.
    let name: String
    /// The longest input that is tried, in bytes.
    var maximumByteCount = 4096
    /// Inputs to begin with, all made by our own code from data of nobody.
    let seeds: @Sendable () throws -> [[UInt8]]
    /// Throws ``BrokenProperty`` when something does not hold, and any other error when the bytes are refused, which is well.
    let run: @Sendable ([UInt8]) throws -> Void
}

/// A property that does not hold: a finding.
struct BrokenProperty: Error, CustomStringConvertible {
    let description: String

    init(_ property: String) { description = "a property does not hold: \(property)" }
}

func require(_ condition: Bool, _ property: @autoclosure () -> String) throws(BrokenProperty) {
    if !condition { throw BrokenProperty(property()) }
}
