"""The words that `mini_detector` knows: those of the rendered world's nouns, and those that describe its individuals.

A word's place is its row in the trained table, so neither list may change without a new training.
"""

from __future__ import annotations

from typing import Final

NOUN_WORDS: Final = tuple(
    """
    alien astronaut baby backpack ball ballerina bear book boot box builder cactus cake camera can car cat chair
    character chef chest clock cloud corgi cow creature cupcake deer dinosaur doctor dog dragon drum duck elephant
    farmer firefighter fox furry ghost gift gingerbread giraffe globe guitar hiker horse king knight lamp lantern
    lion magician man monster mug mushroom musician owl panda penguin pig pirate plant potted queen rabbit radio
    robot rooster rubber sailor sheep skateboard slime snowman squirrel star suitcase teapot teddy tortoise toy
    train treasure umbrella unicorn vase watering wizard woman zebra
    """.split()  # noqa: SIM905 -- hundreds of words read better as text
)
OTHER_WORDS: Final = tuple(
    """
    a afro an and antenna antennas antlers apron arched armour armrests auburn back backed badge bag bald balls band
    bandana bands banjo barred base bead beak beanie beard behind beige bell bells belly belt belted belts beret
    berries bib big black blanket blaze blocks blond blue boat bolt bookmark boots border bow bowler braid broad
    brown brows bumps bun bushy buttons cab calico candle candles cap cape case checked cheeks cherries cherry
    chimney coat collar continents copper corners cover crate cream crest crown cuff curl curled curly curved
    cushion dabs dappled dark deck dial diamond diamonds dish dots dotted double dress drop ear ears edge emblem
    ends even eye eyed eyes face faced fedora fish five flat flecked floppy flower flowers fluffy folded for four
    frame friendly frill front gauge glass glasses golden gown green grey grille hair haired half handle handles
    hands hard hat head headband headed heart hearts helmet her high hole holes horn horns house huge humps icing in
    instead it its jacket kerchief key knobs laces ladder large lavender layer layers leaf leather leaves legs
    leotard lid light lightning lime lock long looped lop lower mane medal mittens mohawk moon moustache narrow navy
    neck neckerchief necklace nose numbers of olive on one orange oval overalls pale panel panels paper party patch
    patched patches patterned pickguard pickups pigtails pink plain plate plated plates plume pocket pointed
    ponytail pot purple rainbow raindrops rayed red reddish ribbon rims rings robe roof round sail sash scarf screen
    scrubs seat shade shaft shaggy shaped shell shield shirt shoes short shoulder shoulders siamese side silver
    single skirt slats slim small smile snail sound space speaker spikes spots spotted spring sprout square stand
    starry stars stethoscope sticker sticks straight strap straps straw strawberry stripe striped stripes stub suit
    sun suspenders sweater tabby tail tall teal the thin three tiara tie tiny tip tipped toe top tricoloured
    trousers tufts tunic turquoise tusks tutu twig two up upright vertical vertically very vest violin wagon
    waistcoat waves wheels white wind winged wings with without woolly wrapper yellow zigzag
    """.split()  # noqa: SIM905 -- hundreds of words read better as text
)
WORDS: Final = (*NOUN_WORDS, *OTHER_WORDS)
