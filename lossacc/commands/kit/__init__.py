"""`lossacc kit`: what an instructor prints and projects, made from the workshops and figures."""
