"""Sheets on paper: fonts that cover rare names, and a builder for A4 sheets as PDF."""
