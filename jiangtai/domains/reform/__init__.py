"""Reform (改革): the plan of the reform, and who answers for each of its measures.

An office hands in the plan as it was issued; the measures, the units that lead and support them, what is to be done,
the figures and the days come out of its own words, each with the place where it stands (`jiangtai plan parse` does it
without a database). In the office the text stands on the left and what was understood on the right: names that are
doubtful are asked once, what was misread is put right, what is lacking is shown and never made up. Confirmed, a plan is
in force and each of its sentences a task (方案变台账); its next version alone changes it, the fate of running tasks
decided measure by measure. The table of duties (责任分解表) goes out as a workbook and comes back without loss.
Citizens see a plan once it is made public.

What follows: tasks with a light that says why, reporting rounds answered by account, by link or by letter, three
instruments, each with its own sender (工作提示, 通报, 督查), joint meetings whose agenda comes from what stands badly
and whose resolutions become tasks, the quarter's bulletin, being assessed by the level above, and assessing one's own
units by a scheme.

Beside the plan: dockets that offices define and units keep (清单), programmes on whose items tasks, figures and firms
hang (工作体系), pilots called for in batches and recommended level by level, with yearly lists that become tasks
(试点), the library of policy papers with their reviews (政策文件库), and inspections of how laws and papers are carried
out (监督检查).

Answers mechanisms 1 to 13, 15, 17, 104 and 113.

It is not an editor of plans, and it never guesses a unit: what it does not understand it says.
"""
