"""retentioneering's funnel: stages in order, without a window, segments or times between steps."""

from __future__ import annotations

import os

os.environ["RETENTIONEERING_NO_TRACK"] = "1"

import pandas as pd
import retentioneering
from loop import Rows, files, serve
from retentioneering import Eventstream


def main() -> None:
    """Load, answer."""
    frame = pd.read_parquet(files()[0], columns=["customer_id", "moment", "stage", "is_step"])
    frame = frame[frame["is_step"]]
    steps = [f"stage {stage}" for stage in range(1, 7)]
    stream = Eventstream(
        pd.DataFrame(
            {
                "path_id": frame["customer_id"].astype(str),
                "event": "stage " + frame["stage"].astype(str),
                "timestamp": frame["moment"],
            }
        ),
        schema={"path_cols": ["path_id"], "event_col": "event", "timestamp_col": "timestamp"},
    )

    def funnel() -> Rows:
        found = pd.DataFrame(stream.funnel_data(steps=steps))
        return found.astype(str).to_numpy(object).tolist()

    serve({"funnel": funnel}, f"retentioneering {retentioneering.__version__}")


if __name__ == "__main__":
    main()
