"""The one place with sentences: values in, words out. Colour and width are the drawers' affair.

Nothing is imported here, so that `check` loads the few words it needs and no others:
`errors.explain`, `blockers.explain_blockers`, `rejections.explain_rejection`,
`downgrades.explain_downgrade`, `drift.explain_drift`, `faults.explain_fault`, `notes.explain_note`.
"""
