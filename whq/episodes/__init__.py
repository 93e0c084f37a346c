"""What is new: rows of bad chunks of one series, the incidents that they make up, and which results decide.

Pure functions over the results of one run and what earlier runs have stored.
"""

from whq.episodes.judge import Found, Now, find, is_held, left

__all__ = ["Found", "Now", "find", "is_held", "left"]
