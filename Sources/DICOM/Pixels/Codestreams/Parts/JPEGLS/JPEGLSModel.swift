/// The parameters of JPEG-LS coding that a preset segment may set (ITU-T T.87 §C.2.4.1.1).
struct JPEGLSPreset: Equatable {
    var maximum: Int
    var thresholds: [Int]
    var reset: Int

    /// The parameters that hold without a preset segment (§C.2.4.1.1.1).
    init(maximum: Int, near: Int) {
        func clamped(_ value: Int, from low: Int) -> Int { value > maximum || value < low ? low : value }
        self.maximum = maximum
        reset = 64
        let basic: [Int]
        if maximum >= 128 {
            let factor = (min(maximum, 4095) + 128) / 256
            basic = [factor * (3 - 2) + 2 + 3 * near, factor * (7 - 3) + 3 + 5 * near, factor * (21 - 4) + 4 + 7 * near]
        } else {
            let factor = 256 / (maximum + 1)
            basic = [max(2, 3 / factor + 3 * near), max(3, 7 / factor + 5 * near), max(4, 21 / factor + 7 * near)]
        }
        thresholds = [clamped(basic[0], from: near + 1)]
        for value in basic.dropFirst() { thresholds.append(clamped(value, from: thresholds.last ?? 0)) }
    }

    /// - Parameter numbers: MAXVAL, T1, T2, T3 and RESET of the segment; 0 for what holds without.
    /// - Returns: nil for values that the standard does not allow (Table C.1).
    init?(_ numbers: [Int], precision: Int, near: Int) {
        let most = (1 << precision) - 1
        self.init(maximum: numbers[0] == 0 ? most : numbers[0], near: near)
        for index in 0..<3 where numbers[1 + index] != 0 { thresholds[index] = numbers[1 + index] }
        if numbers[4] != 0 { reset = numbers[4] }
        guard (1...most).contains(maximum), near < thresholds[0], thresholds[0] <= thresholds[1],
            thresholds[1] <= thresholds[2], thresholds[2] <= maximum, (3...max(255, maximum)).contains(reset)
        else { return nil }
    }
}

/// A JPEG-LS decoder's knowledge of the samples before the next one (ITU-T T.87 Annex A): the statistics of 365 contexts and two of run
/// interruptions.
///
/// It decodes, because only who has the samples knows where the coded data ends. Nothing is kept of them but a line.
struct JPEGLSModel {
    fileprivate struct Context {
        /// Of errors: their magnitudes, their sum, the correction of the prediction, their count.
        var magnitude: Int
        var bias = 0
        var correction = 0
        var count = 1
    }

    fileprivate struct RunContext {
        var magnitude: Int
        var count = 1
        var negatives = 0
    }

    /// Logarithms of the runs that a bit stands for (§A.2.1).
    private static let runOrders = [
        0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15,
    ]

    private let preset: JPEGLSPreset
    private let near: Int
    private let step: Int
    private let range: Int
    private let rangeBits: Int
    private let limit: Int
    private var contexts: [Context]
    private var runContexts: [RunContext]

    init(_ preset: JPEGLSPreset, near: Int) {
        self.preset = preset
        self.near = near
        step = 2 * near + 1
        range = (preset.maximum + 2 * near) / step + 1
        rangeBits = Self.bits(range - 1)
        let sampleBits = max(2, Self.bits(preset.maximum))
        limit = 2 * (sampleBits + max(8, sampleBits))
        let magnitude = max(2, (range + 32) / 64)
        contexts = Array(repeating: Context(magnitude: magnitude), count: 365)
        runContexts = Array(repeating: RunContext(magnitude: magnitude), count: 2)
    }

    private static func bits(_ largest: Int) -> Int { Int.bitWidth - largest.leadingZeroBitCount }

    /// Decodes a line of pixels, whose components are coded together.
    ///
    /// - Parameters:
    ///   - line: a line for each component, with one sample in front and one behind; the one in front is set.
    ///   - above: the lines before, with both set.
    ///   - run: the run index of these components.
    /// - Returns: whether there were bits for all of it that make sense.
    mutating func decode(_ line: inout [[Int]], below above: [[Int]], run: inout Int, _ bits: inout JPEGLSBits) -> Bool {
        let columns = line[0].count - 2
        var x = 1
        while x <= columns {
            if isRun(line, above, x) {
                guard let end = decodeRun(from: x, columns, &line, above, &run, &bits) else { return false }
                x = end
            } else {
                for component in line.indices {
                    guard let sample = sample(line[component], above[component], x, &bits) else { return false }
                    line[component][x] = sample
                }
                x += 1
            }
        }
        return !bits.isExhausted
    }

    private func isRun(_ line: [[Int]], _ above: [[Int]], _ x: Int) -> Bool {
        for component in line.indices {
            let (left, up, corner, right) = (line[component][x - 1], above[component][x], above[component][x - 1], above[component][x + 1])
            guard abs(right - up) <= near, abs(up - corner) <= near, abs(corner - left) <= near else { return false }
        }
        return true
    }

    // MARK: Regular mode (§A.3 to §A.6)

    private func quantised(_ gradient: Int) -> Int {
        let size = abs(gradient)
        let level =
            size <= near ? 0 : size < preset.thresholds[0] ? 1 : size < preset.thresholds[1] ? 2 : size < preset.thresholds[2] ? 3 : 4
        return gradient < 0 ? -level : level
    }

    private mutating func sample(_ line: [Int], _ above: [Int], _ x: Int, _ bits: inout JPEGLSBits) -> Int? {
        let (left, up, corner, right) = (line[x - 1], above[x], above[x - 1], above[x + 1])
        let index = 81 * quantised(right - up) + 9 * quantised(up - corner) + quantised(corner - left)
        let sign = index < 0 ? -1 : 1
        var context = contexts[abs(index)]
        let edge = corner >= max(left, up) ? min(left, up) : corner <= min(left, up) ? max(left, up) : left + up - corner
        let prediction = min(max(edge + sign * context.correction, 0), preset.maximum)
        var order = 0
        while context.count << order < context.magnitude { order += 1 }
        guard let mapped = code(order, limit, &bits) else { return nil }
        var error = mapped & 1 == 0 ? mapped / 2 : -(mapped + 1) / 2
        if near == 0, order == 0, 2 * context.bias <= -context.count {
            error = mapped & 1 == 1 ? (mapped - 1) / 2 : -(mapped / 2) - 1
        }
        context.learn(error, step: step, reset: preset.reset)
        contexts[abs(index)] = context
        return reconstructed(prediction, sign * error)
    }

    /// A number in the limited code of Golomb (§A.5.3).
    private func code(_ order: Int, _ limit: Int, _ bits: inout JPEGLSBits) -> Int? {
        let most = limit - rangeBits - 1
        guard most >= 0, order <= 32, let zeros = bits.zeros(limit: min(most, 47)) else { return nil }
        return zeros < most ? zeros << order | bits.number(order) : bits.number(rangeBits) + 1
    }

    private func reconstructed(_ prediction: Int, _ error: Int) -> Int {
        var value = prediction + error * step
        if value < -near { value += range * step } else if value > preset.maximum + near { value -= range * step }
        return min(max(value, 0), preset.maximum)
    }

    // MARK: Run mode (§A.7)

    /// - Returns: the first pixel behind the run and what interrupts it.
    private mutating func decodeRun(
        from start: Int, _ columns: Int, _ line: inout [[Int]], _ above: [[Int]], _ run: inout Int, _ bits: inout JPEGLSBits
    ) -> Int? {
        var x = start
        while x <= columns, bits.bit() {
            let length = 1 << Self.runOrders[run]
            if length <= columns + 1 - x { run = min(run + 1, 31) }
            x += min(length, columns + 1 - x)
        }
        guard !bits.isExhausted else { return nil }
        if x <= columns { x += bits.number(Self.runOrders[run]) }
        guard x <= columns + 1 else { return nil }
        for component in line.indices {
            let left = line[component][start - 1]
            for place in start..<x { line[component][place] = left }
        }
        // A run that ends with the line is interrupted by nothing.
        guard x <= columns else { return x }
        for component in line.indices {
            guard
                let sample = interruption(
                    line[component][x - 1], above[component][x], isAlone: line.count == 1, order: Self.runOrders[run], &bits)
            else { return nil }
            line[component][x] = sample
        }
        run = max(run - 1, 0)
        return x + 1
    }

    private mutating func interruption(
        _ left: Int, _ up: Int, isAlone: Bool, order runOrder: Int, _ bits: inout JPEGLSBits
    ) -> Int? {
        let type = isAlone && abs(left - up) <= near ? 1 : 0
        var context = runContexts[type]
        let magnitude = type == 0 ? context.magnitude : context.magnitude + context.count >> 1
        var order = 0
        while context.count << order < magnitude { order += 1 }
        guard let mapped = code(order, limit - runOrder - 1, &bits) else { return nil }
        let (size, isOdd) = ((mapped + type + 1) / 2, (mapped + type) & 1 == 1)
        let isNegative = (order != 0 || 2 * context.negatives >= context.count) == isOdd
        let error = isNegative ? -size : size
        context.learn(error, mapped: mapped, type: type, reset: preset.reset)
        runContexts[type] = context
        return type == 1 ? reconstructed(left, error) : reconstructed(up, left > up ? -error : error)
    }
}

extension JPEGLSModel.Context {
    /// §A.6
    fileprivate mutating func learn(_ error: Int, step: Int, reset: Int) {
        bias += error * step
        magnitude += abs(error)
        if count == reset {
            magnitude >>= 1
            bias >>= 1
            count >>= 1
        }
        count += 1
        if bias <= -count {
            bias = max(bias + count, 1 - count)
            correction = max(correction - 1, -128)
        } else if bias > 0 {
            bias = min(bias - count, 0)
            correction = min(correction + 1, 127)
        }
    }
}

extension JPEGLSModel.RunContext {
    /// §A.7.2.3
    fileprivate mutating func learn(_ error: Int, mapped: Int, type: Int, reset: Int) {
        if error < 0 { negatives += 1 }
        magnitude += (mapped + 1 - type) >> 1
        if count == reset {
            magnitude >>= 1
            count >>= 1
            negatives >>= 1
        }
        count += 1
    }
}
