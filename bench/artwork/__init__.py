"""How well and how fast registered artwork is found, on a set of pictures that no training saw and beside OpenCV's classical methods.

`make bench-artwork` makes the set in memory from its seed, asks the detector with its shipped threshold, and prints tables. Three sets of references with 10
registered emblems each (and 40 more that no picture shows, for the figures with 50); 1000 pictures that show one or two of the 10, and 1500 that show
none. Every second of the latter shows one or two emblems of other agencies, made to look alike.

This renderer was written without a look at the training's, so that the two share no code, no drawing and no idea:

* Outlines: Bezier shields, bells and wings, unions of signed distances that melt into one another, stars with hollow or swollen flanks, county borders.
* Lettering: an alphabet of our own pen strokes, bent along a line within the outline itself; else the faces that OpenCV (Rubik) and Pillow (Aileron) carry.
* Motifs: 28 things built from polygons by formulas (branching trees, ears of wheat, bridges, keys, scales, lions ...); no icon set and no flags.
* Fields: heraldic ordinaries, guilloches, lozenges, height lines, rays.
* Materials: stitches that follow the outline, enamel, vinyl, worn paint, print.
* Placing: a sheet in space, bent round an arm, rippled or creased, seen by a pinhole camera, and solved back by Newton's method; Lambert's and Blinn's light.
* Covering: things cut from a distance field at the level that hides the wanted share (5 to 40 %, every second emblem).
* Grounds: eight scenes drawn by rule, and samples/photographs, which no training may use; on both, signs, labels, clocks, plates, papers and cartons.
* Look-alikes: always another motif and another town; of outline, colours, layout, field and hand some differ, too. Emblems that differ in their words alone
  are not in the set: at the sizes asked for, nobody could tell them apart.

Sizes are the shorter side of the visible box, log-uniform from 24 to 300 pixels before covering. What the set does not have: real patches, real cameras,
photographs of more than 23 scenes, night, rain, video frames.
"""
