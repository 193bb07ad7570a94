"""Administration (管理): the desk from which an office runs itself.

Its users found and change units, open accounts, grant roles, set the unit's own parameters, enter the year's holiday
notice, ask units to report (填报) and record their letters (代录), and read the audit. Workers find their own account
here: change the phone, take their data along, leave.

Answers mechanisms 1 (the leading group's office sees the whole, a unit its own; liaison officers), 55 in part (the
ecosystems across borders, as groups), and the ground of all others: who may do what, where.

It is not a place for business: no fact about a worker is written here, and the three administrators see none.
"""
