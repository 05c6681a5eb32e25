/// Builds a data set from the values of another that an allow-list lets pass. Nothing is copied: every value is read as what it must be
/// and written anew.
struct HeaderFilter {
    let isSigned: Bool
    /// Of the new file's pixels.
    let frames: Int
    /// The mapping of UIDs.
    let mapUID: (String) throws(DICOMError) -> String

    func filtered(_ source: DataSet, by allowed: [AllowedElement]) throws(DICOMError) -> DataSet {
        var result = DataSet()
        var pointers: [AllowedElement] = []
        for line in allowed {
            guard let element = source[line.tag]?.known(as: line.tag), !element.isEmpty else { continue }
            if case .pointers = line.rule {
                pointers.append(line)
            } else if let passed = try passed(element, line, in: source) {
                result.set(passed)
            }
        }
        // Only now is it known what there is to point to.
        for line in pointers {
            let targets = pointedTags(source[line.tag]).filter { result[$0] != nil }
            if !targets.isEmpty { result.set(pointerElement(line.tag, targets)) }
        }
        return result
    }

    /// The element with its value written anew; nil when the value is not what the rule wants.
    private func passed(_ element: DataElement, _ line: AllowedElement, in source: DataSet) throws(DICOMError) -> DataElement? {
        switch line.rule {
        case .decimals(let count): return decimals(element, line, count)
        case .decimalsOfFrames: return decimals(element, line, frames...frames)
        case .integers(let count): return integers(element, line, count)
        case .binary(let count): return binary(element, line, count)
        case .bounded(let values): return binary(element, line, 1...1, values: values)
        case .indicesOfFrames: return binary(element, line, frames...frames, values: 0...frames)
        case .samples(let count): return samples(element, line, count)
        case .floats(let count): return floats(element, line, count)
        case .terms(let terms, let count): return self.terms(element, line, terms, count)
        case .termsOrElse(let terms, let other, let count): return self.terms(element, line, terms, orElse: other, count)
        case .imageType: return imageType(element, line)
        case .mappedUID:
            return try element.strings.first.map { uid throws(DICOMError) in DataElement(line.tag, .UI, strings: [try mapUID(uid)]) }
        case .storageClass:
            guard let uid = element.strings.first, StorageClasses.images.contains(uid) else { return nil }
            return DataElement(line.tag, .UI, strings: [uid])
        case .pointers: return nil
        case .tableDescriptor: return tableDescriptor(element, line)
        case .tableData(let descriptor): return tableData(element, line, descriptor: source[descriptor]?.known(as: descriptor))
        case .segmentedTableData(let descriptor):
            guard let table = TableShape(source[descriptor]?.known(as: descriptor)), table.isMade(bySegments: element.bytes) else {
                return nil
            }
            return words(element, line)
        case .sequence(let children):
            var items: [DataSet] = []
            for item in element.items { items.append(try filtered(item, by: children)) }
            return items.contains { !$0.isEmpty } ? DataElement(line.tag, sequence: items) : nil
        }
    }

    private func decimals(_ element: DataElement, _ line: AllowedElement, _ count: ClosedRange<Int>) -> DataElement? {
        guard let numbers = element.decimals, count.contains(numbers.count) else { return nil }
        let texts = numbers.compactMap(DecimalString.text)
        guard texts.count == numbers.count else { return nil }
        return fitting(DataElement(line.tag, .DS, strings: texts))
    }

    private func integers(_ element: DataElement, _ line: AllowedElement, _ count: ClosedRange<Int>) -> DataElement? {
        guard let numbers = element.integers, count.contains(numbers.count), numbers.allSatisfy({ Int32(exactly: $0) != nil }) else {
            return nil
        }
        return fitting(DataElement(line.tag, .IS, integers: numbers))
    }

    private func binary(
        _ element: DataElement, _ line: AllowedElement, _ count: ClosedRange<Int>, values: ClosedRange<Int> = Int.min...Int.max
    ) -> DataElement? {
        guard let numbers = DataElement(line.tag, line.vr, value: element.value).integers, count.contains(numbers.count),
            numbers.allSatisfy(values.contains)
        else { return nil }
        return fitting(DataElement(line.tag, line.vr, integers: numbers))
    }

    private func samples(_ element: DataElement, _ line: AllowedElement, _ count: ClosedRange<Int>) -> DataElement? {
        let vr: ValueRepresentation = isSigned ? .SS : .US
        guard let numbers = DataElement(line.tag, vr, value: element.value).integers, count.contains(numbers.count) else { return nil }
        return DataElement(line.tag, vr, integers: numbers)
    }

    private func floats(_ element: DataElement, _ line: AllowedElement, _ count: ClosedRange<Int>) -> DataElement? {
        guard let numbers = DataElement(line.tag, line.vr, value: element.value).decimals, count.contains(numbers.count),
            numbers.allSatisfy({ $0 == 0 || (1e-9...1e6).contains($0.magnitude) })
        else { return nil }
        return fitting(DataElement(line.tag, line.vr, doubles: numbers))
    }

    private func terms(
        _ element: DataElement, _ line: AllowedElement, _ terms: Set<String>, orElse other: String? = nil, _ count: ClosedRange<Int>
    ) -> DataElement? {
        let values = element.strings.map { terms.contains($0) ? $0 : other }
        guard count.contains(values.count) else { return nil }
        let known = values.compactMap { $0 }
        return known.count == values.count ? DataElement(line.tag, line.vr, strings: known) : nil
    }

    /// The standard's terms stay; what a vendor put behind them becomes `OTHER`, and drops off at the end.
    private func imageType(_ element: DataElement, _ line: AllowedElement) -> DataElement? {
        let values = element.strings
        guard values.count >= 2, Vocabulary.pixelDataCharacteristics.contains(values[0]),
            Vocabulary.patientExaminationCharacteristics.contains(values[1])
        else { return nil }
        var further = values.dropFirst(2).prefix(6).map { Vocabulary.imageTypeTerms.contains($0) ? $0 : "OTHER" }
        while further.last == "OTHER", further.count > 1 { further.removeLast() }
        return DataElement(line.tag, .CS, strings: values.prefix(2) + further)
    }

    private func tableDescriptor(_ element: DataElement, _ line: AllowedElement) -> DataElement? {
        guard let numbers = DataElement(line.tag, .US, value: element.value).integers, numbers.count == 3, [8, 16].contains(numbers[2])
        else {
            return nil
        }
        // Entries and bits are always unsigned; the first input value is a sample (PS3.3 §C.11.1.1). The bits are the same either way.
        return DataElement(line.tag, isSigned ? .SS : .US, integers: numbers)
    }

    private func tableData(_ element: DataElement, _ line: AllowedElement, descriptor: DataElement?) -> DataElement? {
        guard let table = TableShape(descriptor), let data = table.entries(of: element.bytes) else { return nil }
        return words(DataElement(line.tag, .OW, bytes: data), line)
    }

    private func words(_ element: DataElement, _ line: AllowedElement) -> DataElement? {
        guard case .bytes(let bytes) = element.value, !bytes.isEmpty else { return nil }
        // Even here already, so that a header is equal before and after it was written.
        return DataElement(line.tag, .OW, bytes: bytes.count % 2 == 0 ? Array(bytes) : bytes + [0])
    }

    private func pointedTags(_ element: DataElement?) -> [Tag] {
        guard let element, let words = DataElement(element.tag, .US, value: element.value).integers else { return [] }
        return stride(from: 0, to: words.count - 1, by: 2).map {
            Tag(UInt16(truncatingIfNeeded: words[$0]), UInt16(truncatingIfNeeded: words[$0 + 1]))
        }
    }

    private func pointerElement(_ tag: Tag, _ targets: [Tag]) -> DataElement {
        var bytes: [UInt8] = []
        for target in targets { bytes.append(target) }
        return DataElement(tag, .AT, bytes: bytes)
    }

    /// Values written anew can be longer than they were; one that no longer fits its length field is left out.
    private func fitting(_ element: DataElement) -> DataElement? {
        element.vr.hasLongLength || element.bytes.count <= 0xFFFE ? element : nil
    }
}
