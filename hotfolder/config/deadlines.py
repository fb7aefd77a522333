"""The section `deadlines`: when a signal counts as late."""

from pydantic import Field

from hotfolder.config.section import Section
from hotfolder.config.values import Minutes


class Deadlines(Section):
    """Minutes after the event until a signal should have arrived."""

    item_registered: Minutes = Field(15, description="The network's own limit after an order came")
    item_produce: Minutes = Field(60, description="After production has started")
    item_produced: Minutes = Field(60, description="After the item was made")
    item_packed: Minutes = Field(60, description="After it was packed")
    item_shipped: Minutes = Field(60, description="After it has left the house")
    item_delay: Minutes = Field(60, description="After a delay was told")
    item_canceled: Minutes = Field(60, description="After it was canceled")
