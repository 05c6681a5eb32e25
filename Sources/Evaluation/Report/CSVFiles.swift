import StegoKit

/// The report's figures for other programs: comma-separated, one line of names first, decimal points, empty where there is no figure.
public enum CSVFiles {
    /// Each trial on each image.
    public static func metrics(_ results: EvaluationResults) -> String {
        var lines = [
            "image,modality,rows,columns,planes,bits_stored,region_share,method,payload,payload_bits,bits_per_sample,mse,psnr_used,psnr_stored,psnr_255,"
                + "psnr_weighted,ssim,entropy_cover,entropy_stego,changed_samples,samples,maximum_change,bits_per_change,bound_binary,bound_ternary,"
                + "j2k_cover,j2k_stego,restoration_bytes,embed_seconds,extract_seconds,exact"
        ]
        for subject in results.subjects {
            for figure in subject.measurements { lines.append(line(figure, subject.facts)) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func line(_ figure: Measurement, _ facts: SubjectFacts) -> String {
        let quality = figure.quality
        let fields: [String] = [
            "\(facts.number)", facts.modality, "\(facts.rows)", "\(facts.columns)", "\(facts.planeCount)", "\(facts.bitsStored)",
            number(facts.regionShare),
            figure.trial.method.description, figure.trial.payload.name, "\(figure.payloadBits)", number(figure.relativePayload),
            number(quality.meanSquaredError), number(quality.psnrOfUsedRange), number(quality.psnrOfStoredRange),
            number(figure.psnrOfEightBits),
            number(figure.weightedPSNR), number(figure.structuralSimilarity), number(figure.coverEntropy), number(figure.stegoEntropy),
            "\(quality.changedSamples)", "\(quality.sampleCount)", "\(quality.maximumChange)", number(figure.efficiency),
            number(EfficiencyBound.binary(relativePayload: figure.relativePayload)),
            number(EfficiencyBound.ternary(relativePayload: figure.relativePayload)),
            figure.coverCodestreamBytes.map(String.init) ?? "", figure.stegoCodestreamBytes.map(String.init) ?? "",
            "\(figure.restorationBytes)", number(figure.embeddingSeconds), number(figure.extractionSeconds), figure.isExact ? "1" : "0",
        ]
        return fields.joined(separator: ",")
    }

    /// Each split of each detector.
    public static func steganalysis(_ results: EvaluationResults) -> String {
        var lines = [
            "method,payload,detector,guessing,split,training_pairs,testing_pairs,testing_images,pe_blocks,error_blocks_majority,pe_images,"
                + "out_of_bag,learners,subspace"
        ]
        for detection in results.detections {
            let task = detection.subject
            for (split, outcome) in detection.outcomes.enumerated() {
                let fields: [String] = [
                    task.trial.method.description, task.trial.payload.name, task.features.rawValue, task.isChance ? "1" : "0",
                    "\(split + 1)",
                    "\(outcome.trainingPairs)", "\(outcome.testingPairs)", "\(outcome.testingImages)", number(outcome.blockError),
                    number(outcome.majorityError), number(outcome.imageError), number(outcome.outOfBagError), "\(outcome.learnerCount)",
                    "\(outcome.subspaceSize)",
                ]
                lines.append(fields.joined(separator: ","))
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func number(_ value: Double?) -> String {
        guard let value, !value.isNaN else { return "" }
        return value.isInfinite ? (value > 0 ? "inf" : "-inf") : "\(value)"
    }
}
