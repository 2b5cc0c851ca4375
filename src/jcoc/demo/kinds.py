"""What the demonstration's stations report: one row a stream, grouped by the type of station. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from jcoc.demo.models import town, water, weather, works
from jcoc.demo.models.sampling import Sampling

Model = Callable[[Sampling], np.ndarray]


@dataclass(frozen=True)
class Kind:
    code: str  # the end of the datastream's code
    observed_property: str  # in the field's Indonesian name
    unit_name: str
    unit_symbol: str
    dimension: str
    every: float  # seconds from one reading to the next
    digits: int  # decimals that the instrument gives
    model: Model
    lowest: float
    highest: float
    public: bool = False
    rate_per_minute: float | None = None
    flat_after: float | None = None  # seconds; None where standing still is natural (counts, rain, nights)
    year: bool = False  # whether the first start makes up a year of it

    @property
    def counts(self) -> bool:
        """Whole things counted: a counter may fall silent, but its number does not jump or stick."""
        return self.digits == 0


#: Nothing came for so many times the usual interval, and at least so many seconds: silent.
GAP_INTERVALS = 12
GAP_LEAST = 90.0

_COUNT = ("orang", "orang")
_FLAT = 300.0

_BATTERY = Kind("baterai", "Tegangan baterai", "volt", "V", "living", 30, 2, works.battery, 10, 15)

#: Type of station → its streams.
STATIONS: dict[str, tuple[Kind, ...]] = {
    # governance
    "call_centre": (
        Kind("antre", "Panggilan menunggu", "panggilan", "panggilan", "governance", 3, 0,
             town.calls_waiting, 0, 60),
        Kind("jumlah", "Panggilan hari ini", "panggilan", "panggilan", "governance", 5, 0,
             town.calls_today, 0, 5000),
        Kind("jawab", "Waktu jawab", "detik", "s", "governance", 5, 1, town.answer_time, 0, 600, year=True),
    ),
    "service_counter": (
        Kind("antrean", "Antrean layanan", *_COUNT, "governance", 8, 0, town.queue, 0, 120, public=True),
        Kind("tunggu", "Waktu tunggu", "menit", "menit", "governance", 12, 1, town.waiting_time, 0, 240,
             public=True),
    ),
    "district_office": (
        Kind("antrean", "Antrean layanan", *_COUNT, "governance", 10, 0, town.queue, 0, 80, public=True),
    ),
    "application": (
        Kind("respons", "Waktu respons", "milidetik", "ms", "governance", 3, 0, town.response_time, 1, 10_000,
             flat_after=_FLAT),
    ),
    # branding
    "destination": (
        Kind("pengunjung", "Pengunjung saat ini", *_COUNT, "branding", 5, 0, town.visitors, 0, 6000,
             public=True),
        Kind("pengunjung-hari", "Pengunjung hari ini", *_COUNT, "branding", 10, 0,
             town.visitors_today, 0, 60_000, public=True, year=True),
    ),
    "jetty": (
        Kind("penumpang", "Penumpang perahu per jam", *_COUNT, "branding", 8, 0, town.boats, 0, 600,
             public=True),
    ),
    "tourism_site": (
        Kind("laman", "Kunjungan laman wisata", "kunjungan per menit", "/menit", "branding", 3, 0, town.online, 0, 3000,
             public=True, year=True),
    ),
    # economy
    "river_work": (
        Kind("pekerja", "Pekerja hadir", *_COUNT, "economy", 15, 0, town.workers, 0, 200),
        Kind("sampah", "Sampah terangkat hari ini", "kilogram", "kg", "economy", 12, 0,
             town.waste_weighed, 0, 6000),
    ),
    "market": (
        Kind("pembeli", "Pembeli di pasar", *_COUNT, "economy", 5, 0, town.market, 0, 8000,
             public=True, year=True),
    ),
    # living
    "river_main": (
        Kind("tma", "Tinggi muka air", "meter", "m", "living", 3, 3, water.batanghari, 4, 18, public=True,
             rate_per_minute=0.6, flat_after=_FLAT, year=True),
        _BATTERY,
    ),
    "river_gauge": (
        Kind("tma", "Tinggi muka air", "meter", "m", "living", 5, 3, water.small_river, 0, 8, public=True,
             rate_per_minute=0.5, flat_after=_FLAT, year=True),
        _BATTERY,
    ),
    "rain_gauge": (
        Kind("hujan", "Curah hujan", "milimeter per jam", "mm/jam", "living", 6, 1,
             weather.rain_gauge, 0, 200, public=True),
        Kind("hujan-24", "Curah hujan 24 jam", "milimeter", "mm", "living", 30, 1, weather.rain_day, 0, 500,
             public=True, year=True),
    ),
    "flood_point": (
        Kind("genangan", "Tinggi air saluran", "sentimeter", "cm", "living", 4, 1, water.drain, 0, 250,
             public=True,
             rate_per_minute=40, flat_after=_FLAT),
    ),
    "junction": (
        Kind("kendaraan", "Kendaraan per menit", "kendaraan per menit", "/menit", "living", 3, 0,
             town.vehicles, 0, 300),
        Kind("laju", "Laju rata-rata", "kilometer per jam", "km/jam", "living", 4, 1, town.speed, 0, 90),
    ),
    "street_lights": (
        Kind("daya", "Daya lampu jalan", "kilowatt", "kW", "living", 8, 2, works.lights_power, 0, 60),
        Kind("tegangan", "Tegangan jaringan", "volt", "V", "living", 6, 1, works.voltage, 190, 245,
             flat_after=_FLAT),
    ),
    "air": (
        Kind("pm25", "PM2.5", "mikrogram per meter kubik", "µg/m³", "living", 4, 1, weather.fine_dust, 0, 500,
             public=True,
             flat_after=_FLAT, year=True),
        Kind("suhu", "Suhu udara", "derajat Celsius", "°C", "living", 6, 2, weather.temperature, 15, 45,
             public=True,
             flat_after=_FLAT, year=True),
        Kind("lembap", "Kelembapan udara", "persen", "%", "living", 8, 1, weather.humidity, 20, 100,
             public=True),
    ),
    # society
    "school": (
        Kind("hadir", "Siswa di sekolah", "siswa", "siswa", "society", 10, 0, town.pupils, 0, 1500),
        Kind("daya", "Daya listrik sekolah", "kilowatt", "kW", "society", 6, 2, town.learning_load, 0, 80,
             flat_after=_FLAT),
    ),
    "library": (
        Kind("pembaca", "Pengunjung perpustakaan", *_COUNT, "society", 6, 0, town.readers, 0, 800,
             public=True, year=True),
    ),
    "digital_library": (
        Kind("daring", "Pembaca perpustakaan digital", *_COUNT, "society", 3, 0, town.online, 0, 3000,
             public=True, year=True),
    ),
    # environment
    "gas_well": (
        Kind("ch4", "Metana dalam gas", "persen volume", "% vol", "environment", 5, 2, works.methane, 20, 70,
             rate_per_minute=25, flat_after=_FLAT, year=True),
        Kind("tekanan", "Tekanan gas", "milibar", "mbar", "environment", 4, 2, works.gas_pressure, 2, 60,
             rate_per_minute=25, flat_after=_FLAT),
        Kind("laju", "Laju gas", "meter kubik per jam", "m³/jam", "environment", 4, 2, works.gas_flow, 0, 60,
             flat_after=_FLAT),
    ),
    "gas_line": (
        Kind("tekanan", "Tekanan gas", "milibar", "mbar", "environment", 3, 2, works.gas_pressure, 2, 60,
             rate_per_minute=25, flat_after=_FLAT),
        Kind("laju", "Laju gas", "meter kubik per jam", "m³/jam", "environment", 4, 2, works.gas_flow, 0, 60,
             flat_after=_FLAT),
    ),
    "gas_detector": (
        Kind("lel", "Gas mudah terbakar", "persen batas bawah ledak", "% LEL", "environment", 3, 2,
             works.leak, 0, 20, flat_after=_FLAT),
    ),
    "landfill": (
        Kind("masuk", "Sampah masuk hari ini", "ton", "t", "environment", 10, 1,
             works.landfill_intake, 0, 900, public=True, year=True),
        Kind("truk", "Truk masuk hari ini", "truk", "truk", "environment", 15, 0, works.trucks, 0, 300),
    ),
    "water_quality": (
        Kind("keruh", "Kekeruhan air", "NTU", "NTU", "environment", 6, 1, water.turbidity, 0, 1500,
             public=True,
             flat_after=_FLAT, year=True),
        Kind("ph", "pH air", "pH", "pH", "environment", 10, 2, water.acidity, 4, 9, public=True),
        Kind("oksigen", "Oksigen terlarut", "miligram per liter", "mg/l", "environment", 10, 2,
             water.oxygen, 0, 14, public=True),
    ),
    "solar_roof": (
        Kind("surya", "Daya panel surya", "kilowatt", "kW", "environment", 5, 2, works.solar_power, 0, 150,
             public=True, year=True),
    ),
    "waste_bank": (
        Kind("timbang", "Sampah terpilah hari ini", "kilogram", "kg", "environment", 15, 0,
             works.recycled, 0, 3000, public=True),
    ),
}  # fmt: skip
