"""Places in time: kecamatan, kelurahan, rivers, sites, boundaries, the working calendar."""
