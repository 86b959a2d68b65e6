#include "server/chat/loginthrottle.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

class tst_LoginThrottle : public test::Test
{
    Q_OBJECT

private:
    static UserName name(const QString &text) { return UserName::parse(text).value(); }

private slots:
    void tenAreFreeThenTheWaitGrows()
    {
        LoginThrottle throttle;
        qint64 now = 1'000'000;
        for (int i = 0; i < 10; ++i)
            QVERIFY(!throttle.attempt(name(u"anna"_s), now));
        for (const qint64 wait : { 30'000, 60'000, 120'000, 240'000, 480'000, 900'000, 900'000 }) {
            QCOMPARE(throttle.attempt(name(u"anna"_s), now), std::optional(wait));
            QCOMPARE(throttle.attempt(name(u"ANNA"_s), now + wait - 1), std::optional<qint64>(1)); // asking does not add
            now += wait;
            QVERIFY(!throttle.attempt(name(u"anna"_s), now)); // one, and the next wait is longer
        }
    }

    void othersDoNotWait()
    {
        LoginThrottle throttle;
        for (int i = 0; i < 10; ++i)
            QVERIFY(!throttle.attempt(name(u"anna"_s), 0));
        QVERIFY(throttle.attempt(name(u"anna"_s), 0));
        QVERIFY(!throttle.attempt(name(u"bo"_s), 0));
    }

    void rightOneMakesUpForAll()
    {
        LoginThrottle throttle;
        for (int i = 0; i < 9; ++i)
            QVERIFY(!throttle.attempt(name(u"anna"_s), 0));
        QVERIFY(!throttle.attempt(name(u"anna"_s), 0));
        throttle.succeed(name(u"anna"_s));
        for (int i = 0; i < 10; ++i)
            QVERIFY(!throttle.attempt(name(u"anna"_s), 0));
        QVERIFY(throttle.attempt(name(u"anna"_s), 0));
    }

    void forgetsAfterADay()
    {
        LoginThrottle throttle;
        for (int i = 0; i < 10; ++i)
            QVERIFY(!throttle.attempt(name(u"anna"_s), 0));
        const qint64 later = LoginThrottle::MemoryMs + 1;
        for (int i = 0; i < 10; ++i)
            QVERIFY(!throttle.attempt(name(u"anna"_s), later));
        QVERIFY(throttle.attempt(name(u"anna"_s), later));
    }

    // ---- rainy ----

    /// Whoever has to wait is remembered, however many other names are tried.
    void manyNamesDoNotHelp()
    {
        LoginThrottle throttle;
        for (int i = 0; i < 10; ++i)
            QVERIFY(!throttle.attempt(name(u"anna"_s), 0));
        for (int i = 0; i < LoginThrottle::MaxNames + 10; ++i)
            QVERIFY(!throttle.attempt(name(u"n%1"_s.arg(i)), 1));
        QVERIFY(throttle.attempt(name(u"anna"_s), 2));
    }
};

HEARTH_TEST_MAIN(tst_LoginThrottle)
#include "tst_loginthrottle.moc"
