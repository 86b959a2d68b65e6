#include "server/chat/whereabouts.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QTest>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

class tst_Whereabouts : public test::Test
{
    Q_OBJECT

private slots:
    void areUnderstoodAgain()
    {
        const Whereabouts told { { QHostAddress(u"192.0.2.1"_s), QHostAddress(u"2001:db8::1"_s) }, 7374, Fingerprint::ofKey("a key") };
        QVERIFY(Whereabouts::fromAnswer(told.answer()) == std::optional(told));
        const Whereabouts bare { { QHostAddress(u"192.0.2.1"_s) }, 1, {} };
        QCOMPARE(bare.answer(), "whereabouts 1 - 192.0.2.1");
        QVERIFY(Whereabouts::fromAnswer(bare.answer()) == std::optional(bare));
    }

    void anotherAnswerIsNone_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("of an older server") << QByteArray(R"({"type":"error","code":"invalid_json"})");
        QTest::newRow("no port") << QByteArray("whereabouts 0 - 192.0.2.1");
        QTest::newRow("port too large") << QByteArray("whereabouts 65536 - 192.0.2.1");
        QTest::newRow("no key") << QByteArray("whereabouts 1");
        QTest::newRow("a key that is none") << QByteArray("whereabouts 1 abc 192.0.2.1");
        QTest::newRow("an address that is none") << QByteArray("whereabouts 1 - here");
    }
    void anotherAnswerIsNone()
    {
        QFETCH(QByteArray, answer);
        QVERIFY(!Whereabouts::fromAnswer(answer));
    }
};

HEARTH_TEST_MAIN(tst_Whereabouts)
#include "tst_whereabouts.moc"
