"""A form that shows how forms work without a connection; a programme's own would look the same."""
