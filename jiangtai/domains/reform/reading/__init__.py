"""Reading a plan: from the text an office wrote to its measures, units, actions, figures and days; no Django.

The grammar is general rather than learnt from one plan. `outline` finds what is numbered, at any depth and in any
order of signs. `tags` finds who answers: role words with a colon (牵头单位：), verbs after a list (X牵头，Y配合),
within any bracket or on a line of their own. `names` parts a list without cutting a name. `notes` finds what holds for
all that follows. `tables` reads a table with a column of units. What every word means:

- 牵头, 主责, 主办 lead; 配合, 协办, 参与 support. 责任 and 负责 support where somebody leads, and lead where nobody
  does: all of them, or under a note such as 列第一位者为牵头单位 the first alone.
- A sub-item without a lead takes over the lead of the item above it; persons (牵头领导) are no units.
- A sentence is one action; the first word in it that demands, encourages or explores says its force.
"""

from typing import TYPE_CHECKING

from jiangtai.kernel.face import face

if TYPE_CHECKING:
    from .measures import Action, Figure, Measure, Plan, PlanRefused
    from .plan import read_plan
    from .wrapping import as_read

__getattr__, __all__ = face(__name__, __file__)
