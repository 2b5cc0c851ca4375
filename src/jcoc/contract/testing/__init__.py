"""Measure a programme, in its own package's tests or in the house's: nothing here runs in a centre.

In the tests of a package, one line in its pytest settings and one in a test file:

    addopts = "-p jcoc.contract.testing.plugin"
    test_the_grade = grade_test("market")          # from jcoc.contract.testing.suite
"""
