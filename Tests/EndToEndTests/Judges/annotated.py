#!/usr/bin/env python3
"""Makes an oblique image and an annotation that belongs to it, with pydicom alone.

Case: name (what to annotate with: structure-set, segmentation, overlay or none), image, annotation: paths to write. Judgement: the name.
"""
import numpy
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from dicom_tools import main

SIZE = 128
FRAME_OF_REFERENCE = "2.25.7001"
IMAGE = "2.25.7002"
STUDY = "2.25.7003"
ORIGIN = numpy.array([-31.5, 12.25, 40.0])
ROW = numpy.array([0.0, 0.8, -0.6])
COLUMN = numpy.array([1.0, 0.0, 0.0])
SPACING = (0.9, 0.7)
# Columns and rows of samples' centres.
CORNERS = [(20.3, 30.6), (90.2, 18.4), (104.7, 77.1), (61.0, 52.5), (33.8, 99.9)]


def base(sop_class, instance):
    data_set = Dataset()
    data_set.file_meta = FileMetaDataset()
    data_set.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data_set.SOPClassUID, data_set.SOPInstanceUID = sop_class, instance
    data_set.StudyInstanceUID, data_set.SeriesInstanceUID = STUDY, instance + ".1"
    data_set.FrameOfReferenceUID = FRAME_OF_REFERENCE
    data_set.PatientName, data_set.PatientID = "Annotated^Phantom", "4711"
    return data_set


def place(data_set):
    data_set.ImagePositionPatient = [float(number) for number in ORIGIN]
    data_set.ImageOrientationPatient = [*map(float, ROW), *map(float, COLUMN)]
    data_set.PixelSpacing = list(SPACING)


def image():
    data_set = base("1.2.840.10008.5.1.4.1.1.2", IMAGE)
    place(data_set)
    data_set.Modality, data_set.SliceThickness = "CT", 3
    data_set.Rows = data_set.Columns = SIZE
    data_set.SamplesPerPixel, data_set.PhotometricInterpretation = 1, "MONOCHROME2"
    data_set.BitsAllocated, data_set.BitsStored, data_set.HighBit, data_set.PixelRepresentation = 16, 12, 11, 0
    # Texture everywhere: changes may fall anywhere.
    data_set.PixelData = numpy.random.default_rng(3).integers(900, 1300, (SIZE, SIZE), dtype=numpy.uint16).tobytes()
    return data_set


def blob():
    """An annotation's samples, scattered at its rim."""
    rows, columns = numpy.mgrid[:SIZE, :SIZE]
    distance = numpy.hypot(rows - 70, columns - 50)
    return distance < 30 + numpy.random.default_rng(4).integers(-4, 5, (SIZE, SIZE))


def structure_set():
    data_set = base("1.2.840.10008.5.1.4.1.1.481.3", "2.25.7010")
    structure = Dataset()
    structure.ROINumber, structure.ReferencedFrameOfReferenceUID, structure.ROIName = 1, FRAME_OF_REFERENCE, "blob"
    data_set.StructureSetROISequence = [structure]
    points = [ORIGIN + x * SPACING[1] * ROW + y * SPACING[0] * COLUMN for x, y in CORNERS]
    contour = Dataset()
    contour.ContourGeometricType, contour.NumberOfContourPoints = "CLOSED_PLANAR", len(points)
    contour.ContourData = [round(float(number), 4) for point in points for number in point]
    contours = Dataset()
    contours.ReferencedROINumber, contours.ContourSequence = 1, [contour]
    data_set.ROIContourSequence = [contours]
    return data_set


def segmentation():
    data_set = base("1.2.840.10008.5.1.4.1.1.66.4", "2.25.7011")
    data_set.Modality, data_set.SegmentationType = "SEG", "BINARY"
    data_set.Rows = data_set.Columns = SIZE
    data_set.NumberOfFrames, data_set.SamplesPerPixel, data_set.PhotometricInterpretation = 2, 1, "MONOCHROME2"
    data_set.BitsAllocated = data_set.BitsStored = 1
    data_set.HighBit = data_set.PixelRepresentation = 0
    groups = []
    # The second frame belongs to another image.
    for instance in [IMAGE, IMAGE + "99"]:
        source = Dataset()
        source.ReferencedSOPClassUID, source.ReferencedSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.2", instance
        derivation, group = Dataset(), Dataset()
        derivation.SourceImageSequence = [source]
        group.DerivationImageSequence = [derivation]
        groups.append(group)
    data_set.PerFrameFunctionalGroupsSequence = groups
    data_set.PixelData = numpy.packbits(numpy.stack([blob(), ~blob()]).ravel(), bitorder="little").tobytes()
    return data_set


def add_overlay(data_set):
    block = data_set
    block.add_new(0x60040010, "US", SIZE)
    block.add_new(0x60040011, "US", SIZE)
    block.add_new(0x60040040, "CS", "R")
    block.add_new(0x60040050, "SS", [1, 1])
    block.add_new(0x60040100, "US", 1)
    block.add_new(0x60040102, "US", 0)
    block.add_new(0x60043000, "OW", numpy.packbits(blob().ravel(), bitorder="little").tobytes())


def judge(case):
    data_set = image()
    if case["name"] == "overlay":
        add_overlay(data_set)
    else:
        # A record that takes about as much room as one with an overlay.
        block = data_set.private_block(0x0009, "VEILRAY TEST", create=True)
        block.add_new(0x01, "OB", numpy.random.default_rng(5).bytes(500))
    data_set.save_as(case["image"], enforce_file_format=True)
    makers = {"structure-set": structure_set, "segmentation": segmentation}
    if case["name"] in makers:
        makers[case["name"]]().save_as(case["annotation"], enforce_file_format=True)
    return {}


if __name__ == "__main__":
    main(judge)
