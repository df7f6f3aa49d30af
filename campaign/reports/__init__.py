"""Reports of pictures: what somebody says against one, what is decided, and what both sides may do then."""
