"""Numbers inside the encoder that are far larger than those beside them.

A row of numbers is read in 256 steps from its least to its largest, so one loud number takes the
steps from all others. It is divided before the product, and its weights multiplied: the same sum.

Measured over the lines of data/crisis by ``python -m bench loud``: how many times a channel's
largest value is above one and a half times the 99th percentile of the channels of its product.
"""

LOUD: dict[str, dict[int, float]] = {
    "l0.fi": {15: 1.2, 60: 1.3, 321: 2.4},
    "l0.fo": {318: 5.0},
    "l1.fi": {15: 4.0, 321: 2.0},
    "l1.fo": {1462: 2.7},
    "l2.fi": {15: 4.7, 321: 1.7},
    "l2.fo": {354: 2.4},
    "l3.fi": {15: 5.5, 321: 1.5},
    "l4.fi": {15: 2.9},
    "l4.fo": {778: 11.7},
    "l5.fi": {35: 3.0},
    "l5.fo": {658: 5.7},
    "l6.fi": {15: 1.5, 35: 5.9},
    "l6.fo": {1152: 2.3},
    "l7.fi": {15: 1.6, 35: 4.3},
    "l7.fo": {413: 2.4},
    "l8.fi": {15: 2.0, 35: 5.0},
    "l9.fi": {15: 2.0, 35: 4.3},
    "l10.fi": {15: 1.4, 35: 3.8, 351: 1.5},
    "l11.fi": {35: 4.1, 146: 1.6},
    "l11.fo": {119: 2.2, 554: 2.4, 712: 1.7, 934: 1.2, 1332: 1.5, 1371: 2.6},
}
