"""Review: decisions of reviewers."""
