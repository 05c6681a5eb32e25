/// A first-in-first-out queue with amortised constant cost at both ends.
public struct Queue<Element> {
    private var elements: [Element?] = []
    private var head = 0

    public init() {}

    public var isEmpty: Bool { head == elements.count }

    public var count: Int { elements.count - head }

    public var first: Element? { isEmpty ? nil : elements[head] }

    /// The first elements, at most so many, from first to last.
    public func prefix(_ count: Int) -> [Element] { elements[head...].prefix(count).compactMap(\.self) }

    public mutating func append(_ element: Element) {
        elements.append(element)
    }

    public mutating func popFirst() -> Element? {
        guard !isEmpty else { return nil }
        let element = elements[head]
        elements[head] = nil
        head += 1
        if head == elements.count {
            elements.removeAll(keepingCapacity: elements.count <= 64)
            head = 0
        } else if head >= 64, head * 2 >= elements.count {
            elements.removeFirst(head)
            head = 0
        }
        return element
    }

    /// Removes the first element for which `condition` holds, wherever it stands.
    public mutating func removeFirst(where condition: (Element) -> Bool) -> Element? {
        for index in head..<elements.count {
            if let element = elements[index], condition(element) {
                elements.remove(at: index)
                return element
            }
        }
        return nil
    }

    public mutating func removeAll() -> [Element] {
        defer {
            elements.removeAll()
            head = 0
        }
        return elements[head...].compactMap { $0 }
    }
}

extension Queue: Sendable where Element: Sendable {}
