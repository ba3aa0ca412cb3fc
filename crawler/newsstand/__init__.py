"""A small news site on 127.0.0.1 with six invented outlets: the offline default, the demo and the test site.

The outlets have reserved names (`*.example`) and are reached through an HTTP proxy setting, so that robots.txt,
sitemaps, addresses and profiles are used exactly as on the web.
"""
