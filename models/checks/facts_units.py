"""How figures are written: units, currencies, months and numbers as words, in English and Chinese."""

import re

__all__ = ["CURRENCY", "MEASURES", "MONTHS", "NUMERALS", "UNITS", "WORD_NUMBERS"]


def _table(lines: str) -> dict[str, str]:
    """Every alias with its unit; a line is `unit: alias alias`, `_` a space within an alias."""
    found = {}
    for line in lines.strip().splitlines():
        unit, _, aliases = line.strip().partition(": ")
        for alias in (unit, *aliases.split()):
            found[alias.replace("_", " ").casefold()] = unit.replace("_", " ")
    return found


UNITS = _table("""
    h: hr hrs hour hours 小时 钟头
    min: mins minute minutes 分钟
    s: sec secs second seconds 秒 秒钟
    day: days 天 日
    night: nights 晚
    week: weeks wk 周 星期 礼拜
    month: months 个月
    year: years yr yrs 年
    %: percent per_cent pct
    mm: millimetres millimeters 毫米
    cm: centimetres centimeters 厘米 公分
    m: metre metres meter meters 米
    km: kilometres kilometers 公里 千米
    inch: inches 英寸 寸 "
    km/h: kmh kph km/hr kilometres_per_hour kilometers_per_hour km_per_hour 公里/小时 千米/小时 公里每小时
    mph: miles_per_hour mi/h
    m/s: metres_per_second 米/秒 米每秒
    ft: foot feet 英尺
    mile: miles 英里
    sq_m: m2 sqm square_metres square_meters 平方米 平米
    sq_ft: ft2 sqft square_feet 平方英尺
    g: gram grams 克
    kg: kilo kilos kilogram kilograms 公斤 千克
    mg: milligram milligrams 毫克
    oz: ounce ounces 盎司
    lb: lbs pound pounds 磅
    斤: 市斤
    ton: tons tonnes 吨
    ml: millilitres milliliters 毫升
    l: litre litres liter liters 升
    fl_oz: fl_oz. fluid_ounce fluid_ounces 液量盎司
    gallon: gallons 加仑
    pint: pints 品脱
    mah: milliamp_hour milliamp_hours 毫安时 毫安
    wh: watt_hour watt_hours 瓦时
    kwh: kilowatt_hour kilowatt_hours 千瓦时 度电
    w: watt watts 瓦
    kw: kilowatt kilowatts 千瓦
    v: volt volts 伏
    hz: hertz 赫兹
    khz: 千赫
    mhz: 兆赫
    ghz: 吉赫
    db: decibel decibels 分贝
    mb: megabyte megabytes 兆
    gb: gigabyte gigabytes 吉字节
    tb: terabyte terabytes 太字节
    mb/s: mbs
    gb/s: gbs
    mbps: mbit/s
    gbps: gbit/s
    fps: frames_per_second 帧
    rpm: 转
    mp: megapixel megapixels
    像素: pixels px
    °c: degrees degrees_c celsius degrees_celsius 摄氏度 度 ℃
    °f: fahrenheit degrees_f degrees_fahrenheit 华氏度
    kcal: calories 千卡 大卡
    kj: kilojoules 千焦
    bar: 巴
    lumen: lumens lm 流明
    nit: nits 尼特
    x: times 倍
    折: 折扣
    岁: 周岁
    人: people persons 位
    pack: packs 包
    piece: pieces pcs 片
    bottle: bottles 瓶
    box: boxes 盒
    支: 枝
    颗: 粒
    层: layers layer
    级: levels level 档
    $: dollar dollars bucks usd us$ 美元
    ¥: yuan rmb cny 元 块 块钱
    €: euro euros eur 欧元
    £: gbp quid 英镑
""")
"""Every way a unit is written, folded, with the unit."""

# Measure words that count and say no more: three 款 and three 种 are the same three.
_COUNTERS = "个 款 种 件 套 只 条 次 张 台 份 杯 道 重 项 色 大 点 站 季 口 间 步 速"

MEASURES = tuple(unit for unit in UNITS if not unit.isascii()) + tuple(_COUNTERS.split())
"""What stands behind a Chinese numeral that is a figure."""

CURRENCY = {"us$": "$", "hk$": "hk$", "$": "$", "usd": "$", "€": "€", "eur": "€", "£": "£", "gbp": "£"} | {
    "¥": "¥",
    "rmb": "¥",
    "cny": "¥",
}
"""What stands before a price, folded, with its unit."""

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
"""The months' English names and their numbers."""

NUMERALS = "零〇一二两三四五六七八九十百千万亿"

_WORDS = """
    two 2 three 3 four 4 five 5 six 6 seven 7 eight 8 nine 9 ten 10 eleven 11 twelve 12 thirteen 13 fourteen 14
    fifteen 15 sixteen 16 seventeen 17 eighteen 18 nineteen 19 twenty 20 thirty 30 forty 40 fifty 50 sixty 60
    seventy 70 eighty 80 ninety 90
"""

WORD_NUMBERS = {word: int(number) for word, number in re.findall(r"([a-z]+) (\d+)", _WORDS)}
"""English numbers as words; `one` is mostly none."""
