"""The classes a word of lexicon.csv or units.csv may have; a token's TAG is its class.

In: nothing. Out: `WORD_CLASSES`, class to what it means. A word with two readings has a class of its own, which rules name with IN.
Tags that the tokenizer gives by itself are in TOKENIZER_TAGS.
"""

from __future__ import annotations

from collections.abc import Mapping

TOKENIZER_TAGS: Mapping[str, str] = {
    "NUMBER": "a number in Arabic digits, with its commas, spaces and decimals (1,600; 45 000; 3.5)",
    "NUMERAL": "a number in Chinese numerals without its outer scale (二千四百, 百分之三點二 is several tokens)",
    "DAMAGED": "a run with U+FFFD in it: something was lost here",
    "LATIN": "a Latin word",
    "PUNCT": "a sign",
    "SPACE": "white space",
    "WORD": "a word of the segmenter that no table knows",
    "ORGANISATION": "a name of organisations.csv",
    "PROGRAMME": "a name of programmes.csv",
    "INDEX": "a name of indices.csv",
}

WORD_CLASSES: Mapping[str, str] = {
    # numbers and what stands around them
    "SCALE": "multiplies the number before it (萬 億); value: the factor",
    "CURRENCY": "a currency word or sign; value: the ISO code, empty where the issuer decides (元)",
    "SUBCURRENCY": "a part of a currency (角, 美分); value: which part",
    "CLASSIFIER": "counts things (間, 宗, 項); value: its Traditional form",
    "CLASSIFIER_OR_PLACE": "counts buildings, or ends the number of one (座, 層); value: its Traditional form",
    "UNIT": "measures (平方米, 公里, 歲); value: its Traditional form",
    "PERCENT": "a percent sign or word (%, 成)",
    "NEGATIVE": "makes the number behind it negative (零下, 負)",
    "POINT": "percentage points (個百分點)",
    "FRACTION": "divides (分之)",
    "MULTIPLE": "times (倍)",
    "COMPARATOR": "stands before a number (超過, 約); value: gt, ge, lt, le, approx, eq",
    "COMPARATOR_AFTER": "stands behind a number (以上, 左右); value as above",
    "COMPARATOR_BOTH": "may stand on either side (多, 餘); value as above",
    "RANGE": "between the ends of a range (至, 到)",
    "LINK": "joins what is measured to its amount (為, 達, 共)",
    "AMOUNT": "an amount by itself (一半, 數以百計, 倍增); value: kind:from:to:comparator, and :up or :down of a change",
    "BETWEEN": "closes a range (之間)",
    "PARTICLE": "stands between a verb and its object (了)",
    # places
    "ORDINAL": "makes a number a place (第)",
    "RANK_WORD": "is a place by itself or says that one follows (排名, 榜首); value: the place where it says one",
    "RANK_NOUN": "names a place without saying which (排名, 名次)",
    "RANK_LEAD": "a verb that a place follows (位列, 排, 躋身)",
    "RANK_WEAK": "is a place only beside a scope or a lead (冠軍, 首位); value: the place",
    "RANK_RUN": "is a place held so many times running (四連冠); value: the place",
    "RANK_AMONG": "is a place behind those among whom it is held (之首); value: the place",
    "RANK_SOLE": "says that somebody holds the first place, with its scope behind it (冠絕); value: the place",
    "TOP": "the first so many (首, 前, 頭)",
    "TOP_BEHIND": "makes a number the first so many (十大, 百強)",
    "NEXT_TO": "one place behind those who are named (僅次於)",
    "REVERSE": "counts places from the end (倒數)",
    "DROP_OUT": "says that a place was lost (跌出)",
    "STREAK": "counts years in a row (連續)",
    "PAIRING": "pairs two lists in order (分別, 依次); value: order where the places are counted up",
    "NAMED": "says that somebody is called something (獲評為, 成為, 是)",
    "ONE_OF": "one among several, so no place (之一)",
    # superlatives over time
    "RECORD": "a superlative over time by itself (歷史新高, 新低)",
    "SUPERLATIVE": "a superlative that a word of time must precede (最高, 最佳)",
    "DEGREE": "a superlative behind an ordinal (第二高)",
    "SINCE": "opens a span of time (自, 過去)",
    "SINCE_BEHIND": "closes a span of time (以來, 來)",
    "EVER": "all time (歷來, 有紀錄以來)",
    # who and what is ranked
    "REGION": "an economy, a city or a region; value: its usual name",
    "RANKED": "what indices rank (經濟體, 城市, 機場)",
    "INDEX_HEAD": "the last word of an index's name (指數, 年報, 報告)",
    "FACET": "a pillar or an aspect of an index (因素, 支柱, 方面)",
    "FROM": "in front of an old value (由, 從)",
    "AND": "joins two names or numbers (和, 及)",
    "SCOPE": "among whom (全球, 亞太區); value: the normal form",
    "SCOPE_HOME": "among whom, or where something is (本港, 大灣區); value: the normal form",
    "CLASSIFIER_OR_RANK": "counts things or ends a place (名, 位); value: its Traditional form",
    # change and time
    "CHANGE": "a change (上升, 減少); value: up or down",
    "CHANGE_TO": "reaches a new level (增至, 跌至); value: up or down",
    "COMPARE": "what follows is compared with (較, 比)",
    "SHARE": "is so large a part of what follows (佔)",
    "PART": "of what was spoken of (當中, 其中)",
    "BASIS": "what a change is measured against (按年, 較去年); value: yoy, qoq, mom",
    "TIME": "a word of time; value: year, fyear, half, quarter, month, day, span, or a relative time such as Y-1 (periods.py)",
    # nouns and the rest
    "HEAD": "the last word of a name (委員會, 大學); value: the type",
    "TITLE": "a post that follows a name (局長, 主席)",
    "MONEY": "a noun for a sum of money (資助額, 開支)",
    "RATE": "a noun for a ratio, by itself or at the end of a word (率, 比率)",
    "EXTENT": "a noun or verb for a size, of what stands before it (面積, 佔地)",
    "RELATIVE": "opens a phrase that belongs to the noun behind it (相對 in 相對本地生產總值的比率)",
    "VERB_OR_NOUN": "a verb or the noun of it (投資, 申請)",
    "ADVERB": "stands between a noun and its verb, belongs to neither (已, 整體, 全年)",
    "DETERMINER": "points to a noun behind it, is no part of it (該, 各, 有關)",
    "VERB": "a verb, ends a noun phrase on its left",
    "STOP": "a function word, ends a noun phrase",
    "NOUN": "a term of the field that the segmenter would cut (初創企業)",
    # names
    "COMPANY_HEAD": "ends the name of a company whatever stands before it (有限公司, GmbH)",
    "WEAK_HEAD": "ends a name only behind something proper, else a common noun (公司, 大學); value: the type",
    "LATIN_HEAD": "ends a Latin name (University, Institute); value: the type",
    "PROGRAMME_HEAD": "the last word of a programme's name (計劃, 基金, 園區); value: the type",
    "QUOTED_HEAD": "the last word of a programme's name in quotes, else a common noun (策略, 樞紐); value: the type",
    "TITLE_BEFORE": "stands before a post (署理, 候任)",
    "NATION": "stands before a body of the state and belongs to its span (國家)",
    "ALIAS_MARK": "says that another name of the same follows (下稱, 簡稱)",
    "LIST_VERB": "opens a list (包括, 例如)",
    "LIST_END": "closes a list (等)",
    "GROUP": "a kind of body, not a name (企業, 院校); value: the type, where names end in it as well (顧問公司)",
    "GENERIC": "describes bodies without naming one (本地, 相關, 上市)",
    "SECTOR": "a branch of business that companies' names end in (科技, 生物, 機器人)",
}

BREAKS = frozenset(
    {
        *("VERB", "STOP", "ADVERB", "PARTICLE", "BETWEEN", "DETERMINER", "LINK", "SHARE", "PART", "RELATIVE", "EXTENT"),
        *("COMPARE", "CHANGE", "CHANGE_TO", "BASIS", "TIME", "COMPARATOR", "COMPARATOR_AFTER", "COMPARATOR_BOTH", "RANGE"),
        *("SUPERLATIVE", "FROM", "NAMED", "PAIRING", "SINCE", "STREAK", "ORDINAL"),
        *("NUMBER", "NUMERAL", "SCALE", "CURRENCY", "PERCENT", "POINT", "MULTIPLE", "FRACTION", "AMOUNT", "PUNCT", "SPACE", "DAMAGED"),
    }
)
"""Classes that are no part of a noun phrase: it ends before them, and begins behind them."""
