"""Made-up Chinese names and identity numbers for the demonstration; no real person is meant."""

from datetime import date
from random import Random

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋"
    "蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段"
)
MALE = "伟强磊军洋勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林欢庆峰建国志海东文武德福贵生成山河"
FEMALE = "芳娜敏静丽艳娟霞秀英玲燕红梅莉兰凤洁琳雪萍倩颖婷慧莹晶华玉春香珍云荣爱淑桂月琴素"
# Names with characters outside the common sets: screens, files, PDF and sorting must bear them.
RARE = ("𠮷", "㛃", "䶮", "堃", "喆", "旸")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def check_digit(seventeen: str) -> str:
    """GB 11643 check digit of the first seventeen digits."""
    return "10X98765432"[sum(int(d) * w for d, w in zip(seventeen, WEIGHTS, strict=True)) % 11]


def identity_number(random: Random, county: str, born: date, male: bool, taken: set[str]) -> str:
    """A fresh valid number; `taken` keeps the numbers given so far and is added to."""
    while True:
        order = random.randrange(0, 499) * 2 + (1 if male else 0)
        stem = f"{county}{born:%Y%m%d}{order:03d}"
        number = stem + check_digit(stem)
        if number not in taken:
            taken.add(number)
            return number


def given_name(random: Random, male: bool) -> str:
    pool = MALE if male else FEMALE
    if random.random() < 0.004:
        return random.choice(RARE)
    return "".join(random.choice(pool) for _ in range(1 if random.random() < 0.25 else 2))
