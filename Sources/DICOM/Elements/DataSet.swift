/// Elements in ascending order of their tags, each tag at most once.
public struct DataSet: Hashable, Sendable, RandomAccessCollection {
    /// Ascending by tag.
    public private(set) var elements: [DataElement]

    public init() { elements = [] }

    /// Of several elements with one tag the last one counts, as it does for other toolkits.
    public init(_ unordered: some Sequence<DataElement>) {
        elements = Array(unordered)
        if !zip(elements, elements.dropFirst()).allSatisfy({ $0.tag < $1.tag }) { sortAndDeduplicate() }
    }

    public var startIndex: Int { elements.startIndex }
    public var endIndex: Int { elements.endIndex }
    public subscript(position: Int) -> DataElement { elements[position] }

    /// The element with a tag. Assigning nil removes it; an assigned element is stored under its own tag. O(log n) to read.
    public subscript(tag: Tag) -> DataElement? {
        get {
            let index = insertionIndex(of: tag)
            return index < elements.count && elements[index].tag == tag ? elements[index] : nil
        }
        set {
            let index = insertionIndex(of: tag)
            if index < elements.count && elements[index].tag == tag { elements.remove(at: index) }
            if let newValue { set(newValue) }
        }
    }

    /// Adds an element, replacing one with the same tag.
    public mutating func set(_ element: DataElement) {
        let index = insertionIndex(of: element.tag)
        if index < elements.count && elements[index].tag == element.tag {
            elements[index] = element
        } else {
            elements.insert(element, at: index)
        }
    }

    public mutating func remove(_ tag: Tag) { self[tag] = nil }

    /// The first position whose tag is not below this one.
    private func insertionIndex(of tag: Tag) -> Int {
        var low = 0
        var high = elements.count
        while low < high {
            let middle = (low + high) / 2
            if elements[middle].tag < tag { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func sortAndDeduplicate() {
        let ordered = elements.enumerated().sorted { ($0.element.tag, $0.offset) < ($1.element.tag, $1.offset) }.map(\.element)
        elements.removeAll(keepingCapacity: true)
        for element in ordered {
            if elements.last?.tag == element.tag { elements.removeLast() }
            elements.append(element)
        }
    }
}
