import Foundation

/// One thing that is fed with bytes of the fuzzer's choice.
struct FuzzTarget: Sendable {
    /// As it is called on the command line, and the name of its folder of `Fuzz/corpus`.
    let name: String
    /// The longest input that is tried, in bytes.
    var maximumByteCount = 4096
    /// Inputs to begin with, all made by our own code from data of nobody.
    let seeds: @Sendable () throws -> [[UInt8]]
    /// Throws when the bytes are refused, which is well; calls ``broken(_:)`` when something does not hold.
    let run: @Sendable ([UInt8]) throws -> Void
}

/// Ends the process as a finding.
func broken(_ property: String) -> Never {
    FileHandle.standardError.write(Data("VEILRAY: a property does not hold: \(property)\n".utf8))
    abort()
}

func require(_ condition: Bool, _ property: @autoclosure () -> String) {
    if !condition { broken(property()) }
}
