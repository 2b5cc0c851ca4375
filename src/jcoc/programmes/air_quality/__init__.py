"""Clean air: the pollutant standard index (ISPU) of fine dust, and what to do in haze."""
