import DICOM
import Foundation

/// libFuzzer's driver, whose archive brings no `main` (llvm.org/docs/LibFuzzer.html, "Using libFuzzer as a library").
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The target of this process. libFuzzer starts more processes with its own arguments only, hence the environment.
private enum Chosen {
    static let variable = "VEILRAY_FUZZ_TARGET"
    static let target = ProcessInfo.processInfo.environment[variable].flatMap { name in FuzzTarget.all.first { $0.name == name } }
}

private let usage = """
    veilray-fuzz TARGET [libFuzzer's options, folders, files]
    veilray-fuzz --list
    veilray-fuzz --write-seeds FOLDER

    """

private func fuzz(_ arguments: [String]) -> CInt {
    var pointers = ([CommandLine.arguments[0]] + arguments).map { strdup($0) } + [nil]
    var count = CInt(pointers.count - 1)
    CodecExecution.bootstrap(KnownCodestreams())
    return pointers.withUnsafeMutableBufferPointer { buffer in
        guard var base = buffer.baseAddress else { return 1 }
        return runDriver(&count, &base) { bytes, count in
            do {
                try Chosen.target?.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
            } catch let broken as BrokenProperty {
                FileHandle.standardError.write(Data("VEILRAY: \(broken)\n".utf8))
                abort()
            } catch {
                // The bytes are refused, as most are.
            }
            return 0
        }
    }
}

private func writeSeeds(to folder: URL) throws {
    for target in FuzzTarget.all {
        let place = folder.appending(path: target.name, directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        for (index, seed) in try target.seeds().enumerated() {
            try Data(seed).write(to: place.appending(path: "seed-\(index)"))
        }
    }
}

private let arguments = Array(CommandLine.arguments.dropFirst())
switch arguments.first {
case "--list":
    for target in FuzzTarget.all { print(target.name, target.maximumByteCount) }
case "--write-seeds" where arguments.count == 2:
    try writeSeeds(to: URL(filePath: arguments[1], directoryHint: .isDirectory))
case .some where getenv(Chosen.variable) != nil:
    exit(fuzz(arguments))
case .some(let name) where FuzzTarget.all.contains { $0.name == name }:
    setenv(Chosen.variable, name, 1)
    exit(fuzz(Array(arguments.dropFirst())))
default:
    FileHandle.standardError.write(Data(usage.utf8))
    exit(64)
}
