import DICOM

/// An item of a structured report's content tree (PS3.3 §C.17.3).
indirect enum ContentItem {
    case container(CodedConcept, [Relation])
    case text(CodedConcept, String)
    case code(CodedConcept, CodedConcept)
    case person(CodedConcept, String)
    case image(ImageReference)

    /// How an item stands to the one above it.
    enum Relation {
        case contains(ContentItem)
        case hasObservationContext(ContentItem)
        case hasConceptModifier(ContentItem)

        var item: DataSet {
            let (type, content): (String, ContentItem) =
                switch self {
                case .contains(let item): ("CONTAINS", item)
                case .hasObservationContext(let item): ("HAS OBS CONTEXT", item)
                case .hasConceptModifier(let item): ("HAS CONCEPT MOD", item)
                }
            var dataSet = content.dataSet
            dataSet.set(.relationshipType, .CS, type)
            return dataSet
        }
    }

    /// The item without its relation: what the root has in the document itself.
    var dataSet: DataSet {
        var dataSet = DataSet()
        switch self {
        case .container(let concept, let children):
            dataSet.set(.valueType, .CS, "CONTAINER")
            dataSet.set(.conceptNameCodeSequence, sequence: [concept.item])
            dataSet.set(.continuityOfContent, .CS, "SEPARATE")
            dataSet.set(.contentSequence, sequence: children.map(\.item))
        case .text(let concept, let text):
            dataSet.set(.valueType, .CS, "TEXT")
            dataSet.set(.conceptNameCodeSequence, sequence: [concept.item])
            // Lines end with CR LF in DICOM (PS3.5 §6.1.3).
            dataSet.set(DataElement(.textValue, .UT, bytes: Array(text.replacing("\n", with: "\r\n").utf8)))
        case .code(let concept, let value):
            dataSet.set(.valueType, .CS, "CODE")
            dataSet.set(.conceptNameCodeSequence, sequence: [concept.item])
            dataSet.set(.conceptCodeSequence, sequence: [value.item])
        case .person(let concept, let name):
            dataSet.set(.valueType, .CS, "PNAME")
            dataSet.set(.conceptNameCodeSequence, sequence: [concept.item])
            dataSet.set(.personName, .PN, DICOMText.personName(name))
        case .image(let reference):
            dataSet.set(.valueType, .CS, "IMAGE")
            dataSet.set(.referencedSOPSequence, sequence: [reference.imageItem])
        }
        return dataSet
    }

    /// A template's mark on the root (PS3.3 §C.18.8).
    static func template(_ identifier: String) -> DataSet {
        var item = DataSet()
        item.set(.mappingResource, .CS, "DCMR")
        item.set(.templateIdentifier, .CS, identifier)
        return item
    }

    /// The language and the observer that every report begins with (PS3.16 TID 1204, TID 1002, TID 1003).
    static func context(of report: Report) -> [Relation] {
        let language = report.language.map { language in
            Relation.hasConceptModifier(
                .code(
                    CodedConcept("121049", .dicom, "Language of Content Item and Descendants"),
                    CodedConcept(language.code, .language, language.name)))
        }
        return [language].compactMap(\.self) + [
            .hasObservationContext(
                .code(CodedConcept("121005", .dicom, "Observer Type"), CodedConcept("121006", .dicom, "Person"))),
            .hasObservationContext(.person(CodedConcept("121008", .dicom, "Person Observer Name"), report.author)),
        ]
    }
}
