"""How are dates written in Chinese, where Django's own way is not how people write? 7月7日, not 07月7日."""

MONTH_DAY_FORMAT = "n月j日"
