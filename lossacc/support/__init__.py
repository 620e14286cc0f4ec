"""What every room leans on: types, text, checks of arguments, access to Keras and TensorFlow.

Knows nothing of losses or lessons. `keras_api` is the one place that starts TensorFlow.
"""
