"""The provider's workspace: company profile, solutions, drafts, statistics."""
