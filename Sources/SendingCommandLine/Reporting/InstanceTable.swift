import Basics
import CommandLineSupport
import Sending

/// What became of the files, as a table for people. It keeps the first files only, so that a long study does not fill the memory;
/// each failure has been told by itself.
struct InstanceTable {
    static let longest = 500

    private var rowCount = 0
    private var leftOut = 0
    private var table = Table([
        ("file", .left), ("method", .left), ("record", .left), ("bits", .right), ("PSNR", .right), ("Δ", .right), ("original", .right),
        ("stego", .right), ("wire", .right), ("result", .left),
    ])

    mutating func add(_ instance: SenderEvent.Instance) {
        guard rowCount < Self.longest else {
            leftOut += 1
            return
        }
        rowCount += 1
        table.add([
            instance.name, instance.method ?? "", instance.record?.rawValue ?? "", instance.bitsHidden.map(String.init) ?? "",
            instance.method == nil ? "" : Quantities.decibels(instance.psnr), instance.maximumChange.map(String.init) ?? "",
            Self.size(instance.originalBytes), Self.size(instance.stegoBytes), Self.size(instance.wireBytes), instance.status.rawValue,
        ])
    }

    private static func size(_ byteCount: Int?) -> String { byteCount.map { Quantities.bytes($0) } ?? "" }

    var lines: [String] {
        table.lines + (leftOut > 0 ? ["… and \(leftOut) more files"] : [])
    }
}
