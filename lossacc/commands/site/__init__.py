"""`lossacc site`: the series to read without a kernel, as a folder of pages."""
