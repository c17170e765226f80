//! Numbers computed from barcodes.
