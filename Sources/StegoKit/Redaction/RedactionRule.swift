import DICOM
import Foundation

/// The places where a device writes its text. A rule with several conditions applies where all of them hold.
///
/// ```json
/// {"rules": [
///   {"modality": "US", "manufacturer": "ATL", "model": "HDI", "rows": 480, "columns": 640, "rectangles": [[0, 0, 640, 48]]},
///   {"seriesDescription": "dose report", "whole": true}
/// ]}
/// ```
///
/// Texts are looked for within the attribute, in either case. A misspelt key is an error, so that it does not leave an image unprotected.
public struct RedactionRule: Hashable, Sendable {
    public var modality: String?
    public var manufacturer: String?
    public var model: String?
    public var imageType: String?
    public var seriesDescription: String?
    public var rows: Int?
    public var columns: Int?
    /// Filled where the rule applies.
    public var rectangles: [RedactionRectangle]
    /// Whether the whole image is filled.
    public var whole: Bool

    /// Whether the rule is for an image.
    func applies(to dataSet: DataSet, rows imageRows: Int, columns imageColumns: Int) -> Bool {
        func holds(_ wanted: String?, _ tag: Tag) -> Bool {
            guard let wanted else { return true }
            return dataSet.strings(tag).joined(separator: "\\").range(of: wanted, options: .caseInsensitive) != nil
        }
        return holds(modality, .modality) && holds(manufacturer, .manufacturer) && holds(model, .manufacturerModelName)
            && holds(imageType, .imageType) && holds(seriesDescription, .seriesDescription) && (rows ?? imageRows) == imageRows
            && (columns ?? imageColumns) == imageColumns
    }

    /// Reads a file of rules.
    ///
    /// - Throws: ``RegionError``: `invalidFile`, `invalidShape`.
    public static func rules(json bytes: [UInt8]) throws(RegionError) -> [RedactionRule] {
        do {
            return try JSONDecoder().decode(RuleFile.self, from: Data(bytes)).rules
        } catch let error as RegionError {
            throw error
        } catch {
            throw .invalidFile("it is no JSON of the form that docs/redaction.md describes")
        }
    }
}

extension RedactionRule: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case modality, manufacturer, model, imageType, seriesDescription, rows, columns, rectangles, whole
    }

    public init(from decoder: any Decoder) throws {
        _ = try AnyKey.container(of: decoder, knowing: CodingKeys.allCases.map(\.rawValue))
        let values = try decoder.container(keyedBy: CodingKeys.self)
        modality = try values.decodeIfPresent(String.self, forKey: .modality)
        manufacturer = try values.decodeIfPresent(String.self, forKey: .manufacturer)
        model = try values.decodeIfPresent(String.self, forKey: .model)
        imageType = try values.decodeIfPresent(String.self, forKey: .imageType)
        seriesDescription = try values.decodeIfPresent(String.self, forKey: .seriesDescription)
        rows = try values.decodeIfPresent(Int.self, forKey: .rows)
        columns = try values.decodeIfPresent(Int.self, forKey: .columns)
        rectangles = try values.decodeIfPresent([RedactionRectangle].self, forKey: .rectangles) ?? []
        whole = try values.decodeIfPresent(Bool.self, forKey: .whole) ?? false
        guard whole || !rectangles.isEmpty else { throw RegionError.invalidFile("a rule has neither 'rectangles' nor 'whole'") }
    }
}

private struct RuleFile: Decodable {
    let rules: [RedactionRule]

    init(from decoder: any Decoder) throws {
        rules = try AnyKey.container(of: decoder, knowing: ["rules"]).decode([RedactionRule].self, forKey: AnyKey("rules"))
    }
}
