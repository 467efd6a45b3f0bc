"""What drawing needs of arrays, without a screen: reductions, colours, orders, coordinates, summaries."""
