"""Honours: titles that a worker or a unit is given in daylight, and everything that hangs on them.

A title is a row of the catalogue, a selection is a round of a flow, a granted title is a fact that can end. From them
come the hall of craftsmen on the square, the honour card in the pocket, the one-off award that finance pays once, the
plaques of units, and the five registers of model workers.

Answers mechanisms 16, 21, 53, 54, 55, 56 and 109. It is not the place of contests, of certificates of skill, or of the
subsidies that other domains pay; it names nobody by itself, the district's Party committee and government do.
"""
