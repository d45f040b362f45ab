"""Draws pictures that look alike and are not the same: kinds of print, screens, boards and shots.

A kind is a function of `same` (chance that both pictures of a pair share: layout, colours, photos)
and `other` (chance of each picture's own: names, numbers, moves).
"""
