"""Two photos to their relation: registration, alignment, residuals, edits."""
