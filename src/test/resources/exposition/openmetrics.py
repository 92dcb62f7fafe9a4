"""Reads OpenMetrics from standard input with the strict parser of prometheus_client, and tells what it found."""
import io
import sys

from prometheus_client.openmetrics import parser

text = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", newline="\n").read()
for family in parser.text_string_to_metric_families(text):
    print(family.name, family.type, len(family.samples))
