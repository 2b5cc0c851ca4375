from jcoc.contract.programme_app import ProgrammeConfig


class AirQualityConfig(ProgrammeConfig):
    name = "jcoc.programmes.air_quality"
    label = "air_quality"
    verbose_name = "Udara bersih"
