"""The spiders of the crawler: there is one."""
