#include "tests/support/testmain.h"

#include <QRegularExpression>

namespace hearth::test {

void Test::init()
{
    // Holds for one test function only, hence here and not in main().
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
}

} // namespace hearth::test
