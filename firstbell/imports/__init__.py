"""Imports: district files in, through one pipeline of reading, preview, apply, report and undo.

Owns Run, Remark and Reject. Leans on roster, whose actions write what the files say. Start at actions.preview().
"""
