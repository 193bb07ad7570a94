"""Register (队伍): the roster of the workforce, as firms and unions keep it one by one.

Enterprise HR and enterprise unions register a worker once, put details right, let people come, move on and leave, and
join and leave the union; every change has a day and stands in the ledger. Unions above and offices look, each within
its reach. A worker finds the own file in the pocket, and whom to ask to put it right. The human-resources department
keeps the blacklist of employers, with entry, term and early exit; a street or a department confirms who answers for a
firm, and whoever did on the day of a cause is barred with it. A worker asks to join the union by phone, and no employer
sees that; and asks to have the file deleted, which takes two; and says which value is wrong, and no employer lets that
lie. Departments keep employers on their lists.

Answers mechanisms 88 (the base register, departments' lists, contested values), 94 in
part (employers by tag), 73 in part (the blacklist as facts with entry and exit; the case that leads there follows) and
96 in part (joining as a flow; transfer, leaving and coverage by park and industry follow).

It is not a place where a number is typed twice: whatever can be read from an identity number is read from it.
"""
