"""Notices: who is due a letter, the letters that were sent, and the proof that they were right and arrived.

Owns Due, Batch, Notice, Letter and Delivery, the letterhead of each school and the approval of each language. Leans on
cases for the steps a letter tells of, on law for whom and what, and on letters for paper. Start at actions.prepare().
"""
