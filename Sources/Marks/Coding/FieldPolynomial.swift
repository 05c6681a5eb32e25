/// A polynomial over ``BinaryField``, its lowest coefficient first, without zeros at the end; no coefficients for 0.
struct FieldPolynomial: Equatable {
    private(set) var coefficients: [UInt16]

    init(_ coefficients: [UInt16]) {
        self.coefficients = coefficients
        while self.coefficients.last == 0 { self.coefficients.removeLast() }
    }

    /// −1 for 0.
    var degree: Int { coefficients.count - 1 }

    /// Sum, and difference: they are the same here.
    static func + (left: FieldPolynomial, right: FieldPolynomial) -> FieldPolynomial {
        let (long, short) = left.degree >= right.degree ? (left, right) : (right, left)
        var sum = long.coefficients
        for index in short.coefficients.indices { sum[index] ^= short.coefficients[index] }
        return FieldPolynomial(sum)
    }

    static func * (left: FieldPolynomial, right: FieldPolynomial) -> FieldPolynomial {
        guard left.degree >= 0, right.degree >= 0 else { return FieldPolynomial([]) }
        var product = [UInt16](repeating: 0, count: left.coefficients.count + right.coefficients.count - 1)
        product.withUnsafeMutableBufferPointer { product in
            right.coefficients.withUnsafeBufferPointer { right in
                guard let target = product.baseAddress, let source = right.baseAddress else { return }
                // Bounds: index + right.count − 1 is below left.count + right.count − 1, the length of `product`.
                for (index, factor) in left.coefficients.enumerated() {
                    BinaryField.shared.addProducts(of: factor, source, to: target + index, count: right.count)
                }
            }
        }
        return FieldPolynomial(product)
    }

    /// Quotient and remainder; `nil` for a division by 0.
    func divided(by divisor: FieldPolynomial) -> (quotient: FieldPolynomial, remainder: FieldPolynomial)? {
        guard let leading = divisor.coefficients.last else { return nil }
        guard degree >= divisor.degree else { return (FieldPolynomial([]), self) }
        let inverse = BinaryField.shared.inverse(leading)
        var remainder = coefficients
        var quotient = [UInt16](repeating: 0, count: degree - divisor.degree + 1)
        remainder.withUnsafeMutableBufferPointer { remainder in
            divisor.coefficients.withUnsafeBufferPointer { divisor in
                guard let target = remainder.baseAddress, let source = divisor.baseAddress else { return }
                // Bounds: index + divisor.count is at most the length of `remainder`.
                for index in quotient.indices.reversed() {
                    let factor = BinaryField.shared.product(remainder[index + divisor.count - 1], inverse)
                    quotient[index] = factor
                    BinaryField.shared.addProducts(of: factor, source, to: target + index, count: divisor.count)
                }
            }
        }
        return (FieldPolynomial(quotient), FieldPolynomial(remainder))
    }

    /// The product of (x − point) over all points.
    static func vanishing(at points: [UInt16]) -> FieldPolynomial {
        var product: [UInt16] = [1]
        for point in points {
            product.append(0)
            for index in product.indices.reversed() {
                product[index] = BinaryField.shared.product(product[index], point) ^ (index > 0 ? product[index - 1] : 0)
            }
        }
        return FieldPolynomial(product)
    }
}
