"""What each question of `journey query` answers, with an example."""

from __future__ import annotations

HELP = {
    "lcpq": "Leads, conversion, average check, deals per customer and revenue of a period.\n\n"
    "Example: journey query lcpq demo --since 2026-07-01 --until 2026-10-01 --by segment",
    "funnel": "Who reached each stage, how fast, with intervals.\n\n"
    "Example: journey query funnel demo --by segment --mode ordered --window-days 30; "
    "with options: --optional b --step-window c=14 --exclude x:a>c --by channel --value-at last",
    "heatmap": "Touchpoints by stage and channel: reach, progression, lift, mood, revenue, cost.\n\n"
    "Example: journey query heatmap demo --since 2026-07-01 --until 2026-10-01 --by touchpoint",
    "attribution": "Sales and revenue credited to touchpoints by eight models side by side.\n\n"
    "Example: journey query attribution demo --since 2026-07-01 --until 2026-10-01 --format table",
    "weakest": "What each touchpoint loses against its stage in money, and what people say of it.\n\n"
    "Example: journey query weakest demo --since 2026-04-01 --until 2026-07-01 --by touchpoint",
    "spoil": "How much less customers buy after a negative contact.\n\n"
    "Example: journey query spoil demo --since 2026-04-01 --until 2026-07-01 --landmark-days 7",
    "bottlenecks": "Where money is lost against a benchmark, proven and surest first.\n\n"
    "Example: journey query bottlenecks demo --since 2026-07-01 --until 2026-10-01 --format table; "
    'held against an aim: --benchmark target --target "active_evaluation>purchase=35%"',
    "whatif": "What an improvement is worth.\n\n"
    'Example: journey query whatif demo --set leads=+3% --set "active_evaluation>purchase=+2pp"; '
    "a lift as a range: --set leads=+1..3..5%; a goal: --goal 40000000",
    "tornado": "What each lever alone is worth: one point, ten per cent, and over its own last 12 periods.\n\n"
    "Example: journey query tornado demo --since 2026-04-01 --until 2026-07-01 --format table",
    "transitions": "From which stage or touchpoint customers went straight to which, and how fast.\n\n"
    "Example: journey query transitions demo --level touchpoint --top 30 --format table",
    "paths": "Which ways customers took to a deal, with shares, conversion, time and revenue.\n\n"
    "Example: journey query paths demo --since 2026-07-01 --until 2026-10-01 --level channel --top 10; "
    "after the deal: --start purchase",
    "retention": "Which share of a month's new customers bought again, and how soon.\n\n"
    "Example: journey query retention demo --since 2026-01-01 --until 2026-07-01 --by segment",
    "products": "What is bought: deals, pieces, revenue and trend of each product.\n\n"
    "Example: journey query products demo --since 2026-01-01 --until 2026-07-01 --by segment --by month",
    "losses": "Why deals are lost: reasons by stage and segment in deals, people and money.\n\n"
    "Example: journey query losses demo --since 2026-01-01 --until 2026-07-01 --by segment --format table",
    "sources": "Where new leads come from, what they cost and what they bought later.\n\n"
    "Example: journey query sources demo --since 2026-01-01 --until 2026-04-01 --by segment --horizon-days 90",
    "bridge": "Which factor explains how much of the change of revenue since another period or segment.\n\n"
    "Example: journey query bridge demo --since 2026-07-01 --until 2026-10-01 --compare year_ago --by segment; "
    "between segments: --segment NAME --compare segment:OTHER",
}
