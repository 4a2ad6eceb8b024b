"""Texts that programs have stumbled over: each must come back as it was typed, or be refused with a reason."""

from __future__ import annotations

from typing import Final

SEEN: Final = (  # what people may see, and so may type
    "undefined",
    "NULL",
    "1/0",
    "-1.7976931348623157E308",
    "0x0",
    ",./;'[]\\-=",
    '<>?:"{}|_+',
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "&lt;script&gt;alert(&#39;XSS&#39;);&lt;/script&gt;",
    "javascript:alert(1)",
    "{{ 7*7 }} {% raw %} ${7*7} %(name)s {0} %s",
    "1;DROP TABLE draft",
    "' OR 1=1 -- ",
    "=cmd|'/C calc'!A1",
    "@SUM(1+1)*cmd",
    "../../../etc/passwd%00",
    "\u00e5\u00df\u2202\u0192\u00a9\u02d9\u2206",
    "\u7530\u4e2d\u3055\u3093\u306b\u3042\u3052\u3066\u4e0b\u3055\u3044",
    "\ud55c\uad6d\uc5b4 \u0e20\u0e32\u0e29\u0e32\u0e44\u0e17\u0e22",
    "\U0001f469\u200d\U0001f467 \U0001f1ec\U0001f1e7 \u2764\ufe0f",
    "\u062b\u0645 \u0646\u0641\u0633 \u0633\u0642\u0637\u062a",
    "\u05d1\u05b0\u05bc\u05e8\u05b5\u05d0\u05e9\u05b4\u05c1\u05d9\u05ea",
    "\u202etest\u202d \u2066test\u2067",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u0352A\u0321\u034aL\u035b",
    "\u200b\ufeffzero width",
    "two  spaces  inside",
    "a" * 99,
)
UNSEEN: Final = (  # what nobody types on purpose
    "a\x00b",
    "a\x07bell",
    "a\x1b[31mred",
    "a\x7fb",
    "a\x85b",
    "a\ufffeb",
)
