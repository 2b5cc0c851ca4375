"""The leader's page: six dimensions, what moved, what is behind target; on one screen and on one sheet."""
