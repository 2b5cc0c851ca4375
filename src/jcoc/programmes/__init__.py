"""The programmes that come with jcoc, a folder each. No ring names one, and none imports another."""
