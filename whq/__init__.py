"""whq: warehouse-native monitoring of data and models."""
