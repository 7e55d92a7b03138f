from indicators.models.campaign import Campaign, Indicator
from indicators.models.rendering import Rendering
from indicators.models.sheet import Answer, Sheet

__all__ = ["Answer", "Campaign", "Indicator", "Rendering", "Sheet"]
