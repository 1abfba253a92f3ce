//! What must hold of every sheet, asked of the pages as laid out.
