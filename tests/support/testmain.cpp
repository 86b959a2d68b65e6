#include "tests/support/testmain.h"

#include <QRegularExpression>

namespace hearth::test {

void Test::init()
{
    // Holds for one test function only, hence here and not in main(). The offscreen platform warns of what no test can
    // change; a slow turn of the event loop is a matter of the machine, and of sanitizers.
    QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support |event=slow-turn )")));
}

} // namespace hearth::test
