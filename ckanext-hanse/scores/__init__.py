"""Scores by the MQA: of one dataset, of many now, and a point a day of each curve."""
