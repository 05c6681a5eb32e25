"""Which objects are made, how often, and by which generator."""

from tomography import add_ct, add_mr, add_pet
from projection import add_projection, add_mammography, add_xa
from other_images import add_us, add_nuclear, add_capture
from enhanced import add_enhanced
from reports import add_report
from radiotherapy import add_structures, add_plan, add_dose

# (weight, modality, modality its makers are chosen by, SOP class, generator)
OBJECTS = (
    (26, "CT", "CT", "1.2.840.10008.5.1.4.1.1.2", add_ct),
    (24, "MR", "MR", "1.2.840.10008.5.1.4.1.1.4", add_mr),
    (7, "CR", "CR", "1.2.840.10008.5.1.4.1.1.1", add_projection),
    (7, "DX", "DX", "1.2.840.10008.5.1.4.1.1.1.1", add_projection),
    (5, "MG", "MG", "1.2.840.10008.5.1.4.1.1.1.2", add_mammography),
    (4, "US", "US", "1.2.840.10008.5.1.4.1.1.6.1", add_us),
    (3, "US", "US", "1.2.840.10008.5.1.4.1.1.3.1", add_us),
    (4, "XA", "XA", "1.2.840.10008.5.1.4.1.1.12.1", add_xa),
    (2, "NM", "NM", "1.2.840.10008.5.1.4.1.1.20", add_nuclear),
    (4, "PT", "PT", "1.2.840.10008.5.1.4.1.1.128", add_pet),
    (4, "OT", "SC", "1.2.840.10008.5.1.4.1.1.7", add_capture),
    (3, "MR", "MR", "1.2.840.10008.5.1.4.1.1.4.1", add_enhanced),
    (2, "CT", "CT", "1.2.840.10008.5.1.4.1.1.2.1", add_enhanced),
    (2, "SR", "SR", "1.2.840.10008.5.1.4.1.1.88.33", add_report),
    (1, "SR", "SR", "1.2.840.10008.5.1.4.1.1.88.67", add_report),
    (1, "RTSTRUCT", "RT", "1.2.840.10008.5.1.4.1.1.481.3", add_structures),
    (1, "RTPLAN", "RT", "1.2.840.10008.5.1.4.1.1.481.5", add_plan),
    (1, "RTDOSE", "RT", "1.2.840.10008.5.1.4.1.1.481.2", add_dose),
)
