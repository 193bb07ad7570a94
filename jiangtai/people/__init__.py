"""People: persons, employers, employment and union membership, each with its history.

A user meets it as the roster of a firm, as a worker's own file, and as the name beside every record. A person is an
opaque id; name and numbers lie encrypted under the person's own key, and whoever is neither at the person's firm nor
in the person's union does not see that there is one. Every change is a row here and a fact in the ledger at once.

The living side (pages, flows, quality, city-scale import, linking) is the register domain's.
"""

from typing import TYPE_CHECKING

from jiangtai.kernel.face import face

if TYPE_CHECKING:
    from .blacklist import (
        bars_of,
        close_investigation,
        delist,
        enlist,
        investigate,
        investigation_of,
        is_barred,
        is_person_barred,
        listing_of,
    )
    from .cards import Card, cards_of, names_in_case, names_of
    from .deaths import record_death, take_back_death
    from .employers import describe, employer_of
    from .erasures import (
        ask_erasure,
        carry_out,
        erasure_of,
        erasure_requests,
        keep_on,
        withdraw_erasure,
    )
    from .facts import (
        CertificateWithdrawn,
        DelistingReason,
        Detail,
        EmployerBlacklisted,
        EmployerDelisted,
        EmployerTag,
        EmployerTagged,
        EmployerUntagged,
        EmploymentBegan,
        EmploymentEnded,
        Form,
        InvestigationClosed,
        InvestigationOpened,
        LeavingReason,
        Level,
        ListingReason,
        PersonChanged,
        PersonDied,
        PersonRegistered,
        ResponsibleBarred,
        ResponsibleReleased,
        SkillCertified,
        UnionJoined,
        UnionLeaving,
        UnionLeft,
    )
    from .groups import MOST_MEMBERS, discard, members_of, save_group, saved_groups, take_out
    from .industrial import Finding
    from .industries import (
        FROM_THE_START,
        industrial_within_reach,
        industrial_workers,
        industries_of,
        industry_on,
        is_industrial_worker,
    )
    from .jobs import mark_anew
    from .keeping import canonical, opened, reveal
    from .lacks import LACKS, LackCount, count_lacks, counted_at, most_lacking, seen_lacks
    from .merging import (
        compared,
        confirm_merge,
        doubts,
        handed_over,
        has_more_than_the_register,
        keep_apart,
        merges,
        propose_merge,
        put_together,
        refuse_merge,
        undo_merge,
        why_not_parted,
        why_two_people,
        withdraw_merge,
        written_since,
    )
    from .models import (
        Employer,
        Employment,
        ErasureRequest,
        IndustrySpell,
        Merge,
        Person,
        Responsible,
        SavedGroup,
        Split,
        UnionMembership,
        holding,
    )
    from .monthends import kept_month_ends, month_end_before
    from .names import looked_up
    from .persons import (
        AlreadyRegistered,
        Found,
        change,
        correct,
        erase,
        find,
        holding_numbers,
        known,
        link_account,
        own_candidate,
        own_card,
        own_data,
        person_of,
        register,
        search,
        settle_erased,
    )
    from .reading import (
        Share,
        employment_of,
        employments_of,
        ids_of,
        lacking,
        life,
        life_within_reach,
        membership_of,
        memberships_within_reach,
        own_life,
        reaches,
        share_of_production_workers,
        spells_of,
        spells_within_reach,
        standing,
        standing_among,
        unit_of,
        within_reach,
        workers_of,
    )
    from .responsibles import AUTHORITIES, appoint, confirm, dismiss, is_authority, refuse, responsibles_of, why_frozen
    from .scope import gathered, newest, number_of_members, number_seen, served_unit, those
    from .spells import amend, hire, join_union, leave, leave_union, let_end, move
    from .splitting import (
        SHOWN,
        after_split,
        confirm_split,
        contents_of,
        propose_split,
        refuse_split,
        splits,
        why_beyond,
        why_not_carried_out,
        why_not_split,
        withdraw_split,
    )
    from .tags import TAGS, tag, tag_many, tagging_of, taggings, tags_of, untag

__getattr__, __all__ = face(__name__, __file__)
