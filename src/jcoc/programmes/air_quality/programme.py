"""Udara bersih: what the city measures of its air, and who does what in haze."""

from __future__ import annotations

from datetime import timedelta

from jcoc.contract.programme import (
    AlertRule,
    BadInput,
    Command,
    Comparison,
    EvidenceOffer,
    Page,
    Procedure,
    Programme,
    Severity,
    Stage,
    StageDuty,
    Stream,
    WhenSilent,
    WhenStream,
)
from jcoc.indicators.declaration import Direction, Function, Indicator, OfStreams, Target
from jcoc.indicators.periods import PeriodType
from jcoc.indicators.words import Words
from jcoc.trail.access import AGENCY_OFFICER, EVERYONE, LEADER, OPERATION_CENTRE, OPERATOR, SHIFT_LEAD

PM25 = "PM2.5"
AGENCY = "Dinas Lingkungan Hidup"
PLACE = ("environment", "protection")
#: Everybody may read the page; in the menu it stands for the operation centre, which must act on it.
READERS = (EVERYONE, *OPERATION_CENTRE)
#: National ambient standard, PP 22/2021, annex VII, in µg/m³: of a year, and of 24 hours.
STANDARD_YEAR, STANDARD_DAY = 15.0, 55.0
#: ISPU 200 in the table of PermenLHK 14/2020: above it the air is very unhealthy.
VERY_UNHEALTHY = 150.4

_NO_MONTH = Words(
    "Tanpa sasaran: baku mutu ada untuk 24 jam dan untuk setahun, tidak untuk sebulan.",
    "No target: there is a standard of 24 hours and one of a year, and none of a month.",
)
_NOT_A_DAY = Words(
    "Bukan rata-rata 24 jam: nilainya menunjukkan berapa banyak pembacaan melampaui angka itu.",
    "Not a 24-hour mean: it tells how many of the readings went above that figure.",
)

PROGRAMME = Programme(
    code="air_quality",
    name=Words("Udara bersih", "Clean air"),
    summary=Words(
        "Memantau debu halus (PM2.5) dan melindungi warga saat kabut asap dari kebakaran hutan dan lahan gambut.",
        "Watches fine dust (PM2.5) and protects residents in the haze of forest and peat fires.",
    ),
    dimension=PLACE[0],
    sub_dimension=PLACE[1],
    owner=AGENCY,
    indicators=(
        Indicator(
            code="air-pm25-mean",
            name=Words("Rata-rata PM2.5", "Mean PM2.5"),
            method=Words(
                "Rata-rata PM2.5 semua jam sebulan di stasiun wilayah itu, tiap jam setiap stasiun berbobot sama, "
                "tanpa pembacaan di luar rentang alat. " + _NO_MONTH.id,
                "The mean PM2.5 of the hours of a month at the stations in the place, each hour of each station "
                "weighing alike, without readings beyond the instrument's range. " + _NO_MONTH.en,
            ),
            unit="ug/m3",
            direction=Direction.LOWER,
            period=PeriodType.MONTH,
            dimension=PLACE[0],
            sub_dimension=PLACE[1],
            owner=AGENCY,
            source=OfStreams(function=Function.MEAN_OF_HOURS, observed_property=PM25),
        ),
        Indicator(
            code="air-pm25-year",
            name=Words("Rata-rata PM2.5 setahun", "Mean PM2.5 of a year"),
            method=Words(
                "Rata-rata PM2.5 semua jam setahun di stasiun wilayah itu, tiap jam setiap stasiun berbobot sama, "
                "tanpa pembacaan di luar rentang alat; sasarannya baku mutu setahun.",
                "The mean PM2.5 of the hours of a year at the stations in the place, each hour of each station "
                "weighing alike, without readings beyond the instrument's range. The target is the standard of a year.",
            ),
            unit="ug/m3",
            direction=Direction.LOWER,
            period=PeriodType.YEAR,
            dimension=PLACE[0],
            sub_dimension=PLACE[1],
            owner=AGENCY,
            source=OfStreams(function=Function.MEAN_OF_HOURS, observed_property=PM25),
            targets=(Target("2025", STANDARD_YEAR), Target("2030", STANDARD_YEAR)),
            target_source="PP 22/2021, Lampiran VII: PM2,5 setahun 15 µg/m³",
        ),
        Indicator(
            code="air-pm25-above",
            name=Words("Pembacaan PM2.5 di atas 55 µg/m³", "PM2.5 readings above 55 µg/m³"),
            method=Words(
                "Bagian pembacaan PM2.5 dalam sebulan yang di atas 55 µg/m³, angka baku mutu 24 jam (PP 22/2021). "
                + _NOT_A_DAY.id,
                "The share of the month's PM2.5 readings above 55 µg/m³, the figure of the 24-hour standard "
                "(PP 22/2021). " + _NOT_A_DAY.en,
            ),
            unit="%",
            direction=Direction.LOWER,
            period=PeriodType.MONTH,
            dimension=PLACE[0],
            sub_dimension=PLACE[1],
            owner=AGENCY,
            source=OfStreams(function=Function.SHARE_ABOVE, observed_property=PM25, threshold=STANDARD_DAY),
        ),
        Indicator(
            code="air-pm25-readings",
            name=Words("Pembacaan PM2.5", "PM2.5 readings"),
            method=Words(
                "Banyaknya pembacaan PM2.5 yang masuk hitungan dalam sebulan: seberapa lengkap pemantauannya.",
                "How many PM2.5 readings of the month count: how complete the watching was.",
            ),
            unit="{item}",
            direction=Direction.NEITHER,
            period=PeriodType.MONTH,
            dimension=PLACE[0],
            sub_dimension=PLACE[1],
            owner=AGENCY,
            source=OfStreams(function=Function.COUNT, observed_property=PM25),
            decimals=0,
        ),
    ),
    streams=(
        Stream(
            code="pm25",
            name=Words("PM2.5", "PM2.5"),
            observed_property=PM25,
            unit="ug/m3",
            silent_after=timedelta(hours=1),
        ),
    ),
    alerts=(
        AlertRule(
            code="haze",
            name=Words("Debu halus tinggi sejam penuh", "Fine dust high for a whole hour"),
            watches=WhenStream(
                stream="pm25", comparison=Comparison.ABOVE, value=STANDARD_DAY, lasting=timedelta(hours=1)
            ),
            severity=Severity.WASPADA,
            owner=OPERATOR,
            procedure="haze",
            acknowledge_within=timedelta(minutes=15),
            act_within=timedelta(hours=2),
        ),
        AlertRule(
            code="thick_haze",
            name=Words("Kabut asap pekat sejam penuh", "Thick haze for a whole hour"),
            watches=WhenStream(
                stream="pm25", comparison=Comparison.ABOVE, value=VERY_UNHEALTHY, lasting=timedelta(hours=1)
            ),
            severity=Severity.AWAS,
            owner=SHIFT_LEAD,
            procedure="thick_haze",
            acknowledge_within=timedelta(minutes=5),
            act_within=timedelta(hours=1),
        ),
        AlertRule(
            code="silent",
            name=Words("Stasiun udara diam", "An air station is silent"),
            watches=WhenSilent(stream="pm25", after=timedelta(hours=1)),
            severity=Severity.WASPADA,
            owner=OPERATOR,
            procedure="silent_station",
            acknowledge_within=timedelta(minutes=30),
            act_within=timedelta(hours=24),
        ),
    ),
    procedures=(
        Procedure(code="haze", title=Words("Saat debu halus tinggi", "When fine dust is high")),
        Procedure(code="thick_haze", title=Words("Saat kabut asap pekat", "In thick haze")),
        Procedure(
            code="silent_station", title=Words("Saat stasiun udara diam", "When an air station is silent")
        ),
    ),
    stage_duties=(
        StageDuty(
            stage=Stage.WASPADA,
            owner=OPERATOR,
            duty=Words(
                "Umumkan ISPU tiap jam di halaman kota dan kanal kelurahan.",
                "Announce the ISPU each hour on the city's page and the kelurahan's channels.",
            ),
            within=timedelta(hours=1),
        ),
        StageDuty(
            stage=Stage.SIAGA,
            owner=AGENCY_OFFICER,
            duty=Words(
                "Buka ruang udara bersih di puskesmas dan bagikan masker kepada kelompok rentan.",
                "Open clean-air rooms at the puskesmas and give masks to those at risk.",
            ),
            within=timedelta(hours=4),
        ),
        StageDuty(
            stage=Stage.AWAS,
            owner=LEADER,
            duty=Words(
                "Putuskan belajar dari rumah dan penghentian kegiatan di luar ruang.",
                "Decide on learning at home and on stopping activities outdoors.",
            ),
            within=timedelta(hours=2),
        ),
    ),
    pages=(
        Page(
            view="now",
            title=Words("Udara saat ini", "The air now"),
            roles=READERS,
            icon="environment",
        ),
    ),
    evidence=(
        EvidenceOffer(
            dimension=PLACE[0],
            sub_dimension=PLACE[1],
            indicator="air-pm25-mean",
            shows=Words(
                "Bagaimana mutu udara kota bergerak, bulan demi bulan.",
                "How the city's air moves, month by month.",
            ),
        ),
        EvidenceOffer(
            dimension=PLACE[0],
            sub_dimension=PLACE[1],
            indicator="air-pm25-year",
            shows=Words(
                "Bagaimana udara kota setahun terhadap baku mutu nasional.",
                "How the city's air of a year stands against the national standard.",
            ),
        ),
        EvidenceOffer(
            dimension=PLACE[0],
            sub_dimension=PLACE[1],
            indicator="air-pm25-readings",
            shows=Words("Seberapa lengkap udara dipantau.", "How completely the air is watched."),
        ),
    ),
    commands=(
        Command(
            name="air",
            help=Words("Hitung ISPU dari berkas.", "Work out the ISPU from a file."),
            app="jcoc.programmes.air_quality.commands:air",
        ),
    ),
    bad_input=(
        BadInput(
            code="negative_concentration",
            what=Words("Berkas dengan konsentrasi di bawah nol", "A file with a concentration below zero"),
            attempt="jcoc.programmes.air_quality.bad_input:negative_concentration",
        ),
        BadInput(
            code="no_number",
            what=Words("Berkas dengan kata di tempat angka", "A file with a word where a number belongs"),
            attempt="jcoc.programmes.air_quality.bad_input:no_number",
        ),
        BadInput(
            code="no_time",
            what=Words("Berkas dengan waktu yang tidak ada", "A file with a time that does not exist"),
            attempt="jcoc.programmes.air_quality.bad_input:no_time",
        ),
        BadInput(
            code="time_twice",
            what=Words("Berkas dengan waktu yang berulang", "A file with the same time twice"),
            attempt="jcoc.programmes.air_quality.bad_input:time_twice",
        ),
        BadInput(
            code="missing_column",
            what=Words("Berkas tanpa kolom pm25", "A file without the column pm25"),
            attempt="jcoc.programmes.air_quality.bad_input:missing_column",
        ),
        BadInput(
            code="bad_days",
            what=Words(
                "Alamat yang meminta hari yang tidak masuk akal",
                "An address that asks for days that make no sense",
            ),
            attempt="jcoc.programmes.air_quality.bad_input:bad_days",
        ),
    ),
    demonstration="jcoc.programmes.air_quality.demonstration:fill",
)
