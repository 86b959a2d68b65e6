#include "protocol/spokenwords.h"

namespace hearth {

using namespace Qt::Literals::StringLiterals;

const QStringList &spokenWords()
{
    // Never to be changed, not even in order: two versions of Hearth that disagree would tell people of an attack that is
    // none.
    static const QStringList words =
        u"acid actor album alley anchor angle ankle apple apron arrow atlas attic autumn bacon badge balcony "
        u"bamboo banana banjo barrel basket beach beard bench bicycle bishop blanket blossom bottle bowl "
        u"bracelet branch bread bridge broom bubble bucket buffalo bundle butter button cabbage cactus camel "
        u"camera candle canyon captain carpet carrot castle cedar cello chain cherry chimney circus cliff "
        u"clock clover cobra coconut coffee comet compass copper coral cotton cousin cradle crayon cricket "
        u"crystal curtain daisy dancer desert diamond dinner doctor dolphin donkey dragon drawer drum eagle "
        u"easel elbow eleven emerald engine evening falcon farmer feather fence fiddle finger flag flute "
        u"forest fossil fountain fox galaxy garden garlic ginger giraffe glacier glove goblet grape gravel "
        u"guitar hammer hamster harbor harvest hazel helmet hero hockey honey hotel hunter igloo infant iron "
        u"island ivory jacket jaguar jelly jewel jigsaw judge jungle kettle kidney king kitchen kiwi koala "
        u"ladder lagoon lantern laser lemon leopard lettuce library lizard lobster locket lumber magnet mango "
        u"maple marble market meadow melon mirror monkey mosaic muffin museum mustard napkin needle nickel "
        u"noodle north oasis ocean octopus olive onion opera orange orbit orchid otter oven oyster paddle "
        u"palace panda parrot peanut pebble pencil pepper piano picnic pigeon pillow pirate planet pocket pony "
        u"potato prism pumpkin puppet pyramid quartz rabbit raccoon radio raven ribbon river robot rocket "
        u"saddle sailor salmon sandal saturn scissors shovel silver sister skeleton spider spoon squirrel "
        u"stadium sugar sunset table teacher temple thunder tiger tomato trumpet tunnel turtle umbrella "
        u"vanilla velvet violin volcano wagon walnut walrus willow window winter wizard yogurt zebra zipper"_s.split(u' ');
    return words;
}

} // namespace hearth
