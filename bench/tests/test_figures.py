"""Medians, spreads, ratios."""

import unittest

from harness import figures


class FiguresTest(unittest.TestCase):
    def test_a_spread_has_median_and_ends(self):
        self.assertEqual(figures.spread([3, 1, 2, 10]), figures.Spread(2.5, 1, 10, 4))
        self.assertEqual(figures.spread([7]), figures.Spread(7, 7, 7, 1))

    def test_nothing_has_no_spread(self):
        with self.assertRaises(ValueError):
            figures.spread([])
        with self.assertRaises(ValueError):
            figures.quantile([], 0.5)

    def test_quantiles_are_interpolated(self):
        self.assertEqual(figures.quantile([4, 1, 3, 2, 5], 0.5), 3)
        self.assertEqual(figures.quantile([1, 2], 0.5), 1.5)
        self.assertEqual(figures.quantile([1, 2, 3], 1), 3)
        self.assertEqual(figures.quantile([1, 2, 3], 0), 1)

    def test_ratios_are_of_the_same_round(self):
        # The second round was disturbed for both: its ratio is as good as the first.
        self.assertEqual(figures.ratios({1: [2.0], 2: [20.0]}, {1: [1.0], 2: [10.0]}), [2.0, 2.0])

    def test_rounds_without_a_pair_or_with_a_base_of_zero_are_left_out(self):
        self.assertEqual(figures.ratios({1: [4.0], 2: [1.0], 4: [1.0]}, {1: [2.0], 3: [1.0], 4: [0.0]}), [2.0])

    def test_of_several_samples_in_a_round_the_median_counts(self):
        self.assertEqual(figures.ratios({1: [1.0, 3.0, 100.0]}, {1: [1.0]}), [3.0])

    def test_numbers_have_three_digits(self):
        shown = {0: "0", 0.0123456: "0.0123", 1.234: "1.23", 45.67: "45.7", 123.4: "123", 65432.1: "65 432", -2.5: "-2.50"}
        for value, text in shown.items():
            self.assertEqual(figures.text(value), text)
