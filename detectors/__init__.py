"""Detectors: each looks at one picture and says what it saw, in neutral words. Pure: no clock, network or database.

OpenCV reads its limit on decoded pixels from the environment once, while it loads, and its own default lets a 49 kB file take 2.3 GB.
So the limit is set here, before any file of this package can import cv2: a second wall behind `picture`, which decodes with Pillow alone.
"""

import os

os.environ["OPENCV_IO_MAX_IMAGE_PIXELS"] = "40000000"
