"""Recovery: students nobody has seen, looked for until each is back or proven elsewhere; nobody leaves without either.

Owns Search with its Turns, Step, Proof, Return, the Unseen of last night, and recovery Days with their Stops. Leans on
attendance for when a student was seen, on cases for contacts and tasks. Start at actions.find_lost().
"""
