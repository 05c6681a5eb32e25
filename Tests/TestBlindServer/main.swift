import Ciphers
import Foundation

// A server without any key: it reads enciphered frames, each behind its length (4 bytes, little endian) and "+" or "-", and writes their sum.

/// What was wrong with the input, for the status and the message of the program.
func failed(_ reason: String) -> Never {
    FileHandle.standardError.write(Data("\(reason)\n".utf8))
    exit(1)
}

let input = [UInt8](FileHandle.standardInput.readDataToEndOfFile())
var (position, sum): (Int, AdditiveFrame?) = (0, nil)
do {
    while position < input.count {
        guard input.count - position >= 5 else { failed("a frame's length is cut off") }
        let count = (0..<4).reduce(0) { $0 | Int(input[position + $1]) << (8 * $1) }
        let isAdded = input[position + 4] == UInt8(ascii: "+")
        guard input.count - position - 5 >= count else { failed("a frame is cut off") }
        let frame = try AdditiveCoding.decode(Array(input[position + 5..<position + 5 + count]))
        sum = try sum.map { isAdded ? try $0.adding(frame) : try $0.subtracting(frame) } ?? frame
        position += 5 + count
    }
} catch { failed("\(error)") }
guard let sum else { failed("no frame") }
FileHandle.standardOutput.write(Data(AdditiveCoding.encode(sum)))
