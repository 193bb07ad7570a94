"""Reform (改革): the plan of the reform, and who answers for each of its measures.

An office hands in the plan as it was issued; the measures, the units that lead and support them, what is to be done,
the figures and the days come out of its own words, each with the place where it stands. So far the plan is only read,
by `jiangtai plan parse`, without a database; the ledger of tasks (方案变台账), its pages and its record follow.

Answers mechanisms 2 and 3 in part (the plan's text read into measures and units).
What follows: three instruments, each with its own sender (工作提示, 通报, 督查), joint meetings whose agenda comes from
what stands badly and whose resolutions become tasks, the quarter's bulletin, and being assessed by the level above.
Answers mechanisms 5, 9 and 113, and 10 in part (being assessed).

It is not an editor of plans, and it never guesses a unit: what it does not understand it says.
"""
