from charter.models.landmarks import Landmark, Level
from charter.models.signing import Act, PaperSignature, SigningLink, Way, new_code
from charter.models.version import Draft, Version

__all__ = ["Act", "Draft", "Landmark", "Level", "PaperSignature", "SigningLink", "Version", "Way", "new_code"]
